import type { Answer } from "../../answer";
import { buttonForm, markup, page } from "../../pages";
import type { Board, Environment } from "./boards";
import { fullName, type MlsConnectPerson, peopleOf } from "./people";

/** MLSConnect's pages. */

type LoginPage = { board: Board; current: MlsConnectPerson | null; returnTo: string };

/** A list of people; a click on a name logs in as that person. */
export function loginPage(
  environment: Environment,
  { board, current, returnTo }: LoginPage,
): Answer {
  const buttons = peopleOf(board.id).map((person) =>
    buttonForm(`/${environment.appHost}/login/${board.id}`, fullName(person), {
      person: person.id,
      returnTo,
    }),
  );
  return page({
    portal: environment.name,
    title: `Log in to ${board.label}`,
    body: markup`${current ? loginFooter(environment, { board, person: current, returnTo }) : ""}
<p>Who are you on this board?</p>
${buttons}`,
  });
}

type ConsentPage = { board: Board; person: MlsConnectPerson; ticket: string; returnTo: string };

/** Doorkeeper's authorizations/new.html.erb: two forms, `_method=delete` in the second. */
export function consentPage(
  environment: Environment,
  { board, person, ticket, returnTo }: ConsentPage,
): Answer {
  const action = `/${environment.appHost}/oauth/authorize`;
  return page({
    portal: environment.name,
    title: "Authorization required",
    body: markup`<p>Authorize <strong>Portico</strong> to use your ${board.label} account?</p>
<p>This application will be able to read:</p>
<ul>
<li>your name, e-mail address, phone number and picture</li>
<li>the name of your agency</li>
</ul>
${buttonForm(action, "Authorize", { ticket })}
${buttonForm(action, "Deny", { ticket, _method: "delete" })}
${loginFooter(environment, { board, person, returnTo })}`,
  });
}

type DashboardPage = {
  board: Board;
  person: MlsConnectPerson;
  startUrl: string;
  otherStartUrls: OtherUrl[];
};
type OtherUrl = { app: number; url: string };

/** The board's dashboard, with the buttons that open an app at its Start_URL. */
export function dashboardPage(environment: Environment, dashboard: DashboardPage): Answer {
  const { board, person, startUrl, otherStartUrls } = dashboard;
  const others = otherStartUrls.map(
    ({ app, url }) => markup`<li><a href="?app=${String(app)}">${url}</a></li>`,
  );
  return page({
    portal: environment.name,
    title: `${board.label} dashboard`,
    body: markup`<p>Your applications</p>
<p><a class="logo" href="${startUrl}" aria-label="Portico">P</a></p>
<p><a class="button" href="${startUrl}">Access the dashboard</a></p>
${others.length > 0 ? markup`<p>The same application elsewhere:</p><ul>${others}</ul>` : ""}
${loginFooter(environment, { board, person, returnTo: `/${environment.appHost}/dashboard/${board.id}` })}`,
  });
}

function loginFooter(
  { appHost }: Environment,
  { board, person, returnTo }: { board: Board; person: MlsConnectPerson; returnTo: string },
) {
  return markup`<p>You are logged in as <strong>${fullName(person)}</strong>.</p>
${buttonForm(`/${appHost}/logout/${board.id}`, `Log out of ${board.label}`, { returnTo })}`;
}

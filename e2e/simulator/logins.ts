import { randomUUID } from "node:crypto";
import { type Answer, redirect } from "./answer";
import { buttonForm, markup, page } from "./pages";
import type { Route } from "./portal";
import { type PortalRequest, textFields } from "./request";

/** The login of a portal that has one for all its people: a list of people, and a session in a cookie. */

export type Person = { id: string; name: string };

type Login<PortalPerson> = {
  portal: string;
  path?: string;
  cookie: string;
  people: readonly PortalPerson[];
};

export class Logins<PortalPerson extends Person> {
  readonly portal: string;
  /** The start of its pages' paths: empty unless a host has two logins. */
  readonly path: string;
  readonly #cookie: string;
  readonly #people: readonly PortalPerson[];
  readonly #sessions = new Map<string, PortalPerson>();

  constructor(login: Login<PortalPerson>) {
    this.portal = login.portal;
    this.path = login.path ?? "";
    this.#cookie = login.cookie;
    this.#people = login.people;
  }

  /** The person who is logged in, or `null`; then the caller uses `sendToLogin`. */
  personAt({ cookies }: PortalRequest): PortalPerson | null {
    return this.#sessions.get(cookies.get(this.#cookie) ?? "") ?? null;
  }

  /** Redirects to the login, which leads back to this request's page. */
  sendToLogin(request: PortalRequest): Answer {
    return this.#loginRedirect(request, request.target);
  }

  /** The end of a page: the name of the person, and the log-out button. */
  loginFooter({ name }: PortalPerson, { host, target }: PortalRequest) {
    return markup`<p>You are logged in as <strong>${name}</strong>.</p>
${buttonForm(`/${host}${this.path}/logout`, `Log out of ${this.portal}`, { returnTo: target })}`;
  }

  /** Ends the login of this browser, and sends this answer. */
  end(request: PortalRequest, answer: Answer): Answer {
    this.#sessions.delete(request.cookies.get(this.#cookie) ?? "");
    return this.#withCookie(request, "", answer);
  }

  routes(): Route[] {
    return [
      { method: "GET", path: `${this.path}/login`, answer: (request) => this.#page(request) },
      { method: "POST", path: `${this.path}/login`, answer: (request) => this.#logIn(request) },
      { method: "POST", path: `${this.path}/logout`, answer: (request) => this.#logOut(request) },
    ];
  }

  #page({ host, query }: PortalRequest): Answer {
    const returnTo = ownPage(host, query.get("returnTo"));
    const buttons = this.#people.map(({ id, name }) =>
      buttonForm(`/${host}${this.path}/login`, name, { person: id, returnTo }),
    );
    return page({
      portal: this.portal,
      title: `Log in to ${this.portal}`,
      body: markup`<p>Who are you at ${this.portal}?</p>${buttons}`,
    });
  }

  #logIn(request: PortalRequest): Answer {
    const fields = textFields(request);
    const person = this.#people.find(({ id }) => id === fields.get("person"));
    const returnTo = ownPage(request.host, fields.get("returnTo"));
    if (!person) return this.#loginRedirect(request, returnTo);
    const session = randomUUID();
    this.#sessions.set(session, person);
    return this.#withCookie(request, session, redirect(returnTo));
  }

  #logOut(request: PortalRequest): Answer {
    const returnTo = ownPage(request.host, textFields(request).get("returnTo"));
    return this.end(request, redirect(returnTo));
  }

  #loginRedirect({ host }: PortalRequest, returnTo: string): Answer {
    return redirect(`/${host}${this.path}/login?${new URLSearchParams({ returnTo })}`);
  }

  #withCookie({ host }: PortalRequest, session: string, answer: Answer): Answer {
    const scope = `Path=/${host}; HttpOnly; SameSite=Lax`;
    const cookie = `${this.#cookie}=${session}; ${scope}${session ? "" : "; Max-Age=0"}`;
    return { ...answer, headers: { ...answer.headers, "Set-Cookie": cookie } };
  }
}

/** Only a page of this host; otherwise the account page. */
function ownPage(host: string, wanted: string | null | undefined) {
  return wanted?.startsWith(`/${host}/`) ? wanted : `/${host}/account`;
}

import { type Answer, redirect } from "./answer";
import type { Logins, Person } from "./logins";
import { buttonForm, markup, page } from "./pages";
import type { Route } from "./portal";
import type { PortalRequest } from "./request";

type AppAccess<PortalPerson> = {
  /** How many tokens or keys give the app access to this account. */
  accessCount: (person: PortalPerson) => number;
  remove: (person: PortalPerson) => void;
};

/** The account page of a portal, where a person can remove the app. The portal does not tell the app. */
export function accountRoutes<PortalPerson extends Person>(
  logins: Logins<PortalPerson>,
  { accessCount, remove }: AppAccess<PortalPerson>,
): readonly Route[] {
  function show(request: PortalRequest): Answer {
    const person = logins.personAt(request);
    if (!person) return logins.sendToLogin(request);
    return page({
      portal: logins.portal,
      title: `Your ${logins.portal} account`,
      body: markup`<p>Applications that may use your account:</p>
${accessCount(person) > 0 ? buttonForm(`/${request.host}/account`, "Remove Portico") : markup`<p>None.</p>`}
${logins.loginFooter(person, request)}`,
    });
  }

  function removeApp(request: PortalRequest): Answer {
    const person = logins.personAt(request);
    if (person) remove(person);
    return redirect(`/${request.host}/account`);
  }

  return [
    { method: "GET", path: "/account", answer: show },
    { method: "POST", path: "/account", answer: removeApp },
  ];
}

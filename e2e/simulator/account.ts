import { type Answer, redirect } from "./answer";
import type { Logins, Somebody } from "./logins";
import { buttonForm, markup, page } from "./pages";
import type { Route } from "./portal";
import type { PortalRequest } from "./request";

type Apps<Person> = {
  /** How many tokens the app holds for this person. */
  held: (person: Person) => number;
  remove: (person: Person) => void;
};

/** A person's own page at a portal, where the app can be removed; the portal tells nobody. */
export function accountRoutes<Person extends Somebody>(
  logins: Logins<Person>,
  { held, remove }: Apps<Person>,
): readonly Route[] {
  function show(request: PortalRequest): Answer {
    const person = logins.personAt(request);
    if (!person) return logins.askWho(request);
    return page({
      portal: logins.portal,
      title: `Your ${logins.portal} account`,
      body: markup`<p>Applications that may use your account:</p>
${held(person) > 0 ? buttonForm(`/${request.host}/account`, "Remove Portico") : markup`<p>None.</p>`}
${logins.loggedInAs(person, request)}`,
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

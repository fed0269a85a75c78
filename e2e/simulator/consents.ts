import { randomUUID } from "node:crypto";
import type { Answer, Callback } from "./answer";
import type { Logins, Person } from "./logins";
import { buttonForm, markup, notFound, page } from "./pages";
import type { Route } from "./portal";
import { type PortalRequest, textFields } from "./request";

/** What an app asks a person for, and the answer for each decision. */
type ConsentRequest = {
  /** What the app will be able to do. */
  permissions: readonly string[];
  authorized: () => Answer | Callback;
  denied: () => Answer | Callback;
};

/** The page after the login, where a person authorizes the app or not. */
export class Consents<PortalPerson extends Person> {
  readonly #logins: Logins<PortalPerson>;
  readonly #waiting = new Map<string, { person: PortalPerson; consentRequest: ConsentRequest }>();

  constructor(logins: Logins<PortalPerson>) {
    this.#logins = logins;
  }

  ask(person: PortalPerson, request: PortalRequest, consentRequest: ConsentRequest): Answer {
    const ticket = randomUUID();
    this.#waiting.set(ticket, { person, consentRequest });
    const action = `/${request.host}${this.#logins.path}/consent`;
    return page({
      portal: this.#logins.portal,
      title: "Authorization required",
      body: markup`<p>Authorize <strong>Portico</strong> to use your ${this.#logins.portal} account?</p>
<p>This application will be able to:</p>
<ul>${consentRequest.permissions.map((permission) => markup`<li>${permission}</li>`)}</ul>
${buttonForm(action, "Authorize", { ticket })}
${buttonForm(action, "Deny", { ticket, _method: "delete" })}
${this.#logins.loginFooter(person, request)}`,
    });
  }

  routes(): Route[] {
    const path = `${this.#logins.path}/consent`;
    return [{ method: "POST", path, answer: (request) => this.#decide(request) }];
  }

  /** The two buttons of the page. The ticket belongs to one page and one person: no other form is accepted. */
  #decide(request: PortalRequest): Answer | Callback {
    const fields = textFields(request);
    const waiting = this.#waiting.get(fields.get("ticket") ?? "");
    if (!waiting) return notFound("This consent page is not known.");
    if (this.#logins.personAt(request) !== waiting.person) {
      return notFound("Another person has logged in since this page was shown.");
    }
    const { authorized, denied } = waiting.consentRequest;
    return fields.get("_method") === "delete" ? denied() : authorized();
  }
}

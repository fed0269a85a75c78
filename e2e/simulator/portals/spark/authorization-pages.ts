import { accountRoutes } from "../../account";
import type { Answer, Callback } from "../../answer";
import { Consents } from "../../consents";
import { Logins } from "../../logins";
import type { Route } from "../../portal";
import type { Client } from "../../protocols/openid/store";
import type { PortalRequest } from "../../request";
import { clientsOf } from "./clients";
import { peopleFor, type SparkPerson } from "./people";
import type { SparkServer } from "./spark-server";

/** A valid authorization request of either protocol, and the protocol's two callbacks. */
type AuthorizationRequest = {
  client: Client;
  redirectUri: string;
  nonce: string | null;
  authorized: (code: string) => Callback;
  denied: () => Callback;
};

/** Login, consent and code. OpenID and OAuth 2 share them; agents and consumers have separate ones. */
export class AuthorizationPages {
  /** Agents log in to Flexmls. */
  readonly members = new Logins({
    portal: "Flexmls",
    cookie: "flexmls",
    people: peopleFor("member"),
  });
  readonly #consumers = new Logins({
    portal: "Flexmls Portal",
    path: "/consumer",
    cookie: "flexmls_portal",
    people: peopleFor("consumer"),
  });
  readonly #consents = {
    member: new Consents(this.members),
    consumer: new Consents(this.#consumers),
  };
  readonly #spark: SparkServer;

  constructor(spark: SparkServer) {
    this.#spark = spark;
  }

  /** "If this is the first time this user is authenticating via this API key", the person is asked. */
  answer(request: PortalRequest, { client, ...rest }: AuthorizationRequest): Answer | Callback {
    const { store } = this.#spark;
    const logins = client.audience === "member" ? this.members : this.#consumers;
    const person = logins.personAt(request);
    if (!person) return logins.sendToLogin(request);

    const { redirectUri, nonce, authorized, denied } = rest;
    const grant = () =>
      authorized(store.issueCode({ client, redirectUri, nonce, subject: person.sub }));
    if (store.hasConsented(client, person.sub)) return grant();
    const permissions = ["read your profile", "read your listings"];
    return this.#consents[client.audience].ask(person, request, {
      permissions,
      authorized: grant,
      denied,
    });
  }

  routes(): readonly Route[] {
    const { store, appOrigins } = this.#spark;
    const clientsInUse = ({ sub }: SparkPerson) =>
      clientsOf(undefined, appOrigins).filter((client) => store.hasAccess(client, sub));
    return [
      ...this.members.routes(),
      ...this.#consumers.routes(),
      ...this.#consents.member.routes(),
      ...this.#consents.consumer.routes(),
      ...accountRoutes(this.members, {
        accessCount: (person) => clientsInUse(person).length,
        remove(person) {
          for (const client of clientsInUse(person)) store.removeClient(client, person.sub);
        },
      }),
    ];
  }
}

import { accountRoutes } from "../../account";
import type { Answer, Callback, Parameter } from "../../answer";
import { Consents } from "../../consents";
import { Logins } from "../../logins";
import { markup, page } from "../../pages";
import type { Route } from "../../portal";
import type { RequestToken } from "../../protocols/oauth1/store";
import { type PortalRequest, repeatsName } from "../../request";
import { ownTokenRoutes } from "./own-token";
import type { ImmoScout24 } from "./server";

/** The pages for a person's browser: login, authorization (RFC 5849 section 2.2), and the account. */
export function browserRoutes(
  portal: string,
  cookie: string,
  server: ImmoScout24,
): readonly Route[] {
  const { store, people, options } = server;
  const logins = new Logins({ portal, cookie, people });
  const consents = new Consents(logins);

  function confirmAccess(request: PortalRequest): Answer {
    const token = store.usableRequestToken(request.query.get("oauth_token"));
    const extra = [...request.query.keys()].find((name) => name !== "oauth_token");
    if (!token || token.decided || extra || repeatsName(request.query)) return refusalPage(portal);
    const person = logins.personAt(request);
    if (!person) return logins.sendToLogin(request);
    const decide = (decision: "authorized" | "rejected") => () => {
      const usable = store.usableRequestToken(token.value);
      if (!usable || usable.decided) return refusalPage(portal);
      const { verifier } = store.decide(usable, decision, person.id);
      const shown = decision === "authorized" || options().verifierOnRejection;
      return callbackFor(usable, shown ? verifier : null, decision);
    };
    return consents.ask(person, request, {
      permissions: ["read your listings", "read your contact details"],
      authorized: decide("authorized"),
      denied: decide("rejected"),
    });
  }

  return [
    {
      method: "GET",
      path: "/restapi/security/oauth/confirm_access",
      at: "authorize",
      answer: confirmAccess,
    },
    ...ownTokenRoutes(logins, server),
    ...consents.routes(),
    ...logins.routes(),
    ...accountRoutes(logins, {
      accessCount: ({ id }) => store.liveTokens(id).length,
      remove: ({ id }) => store.revokeAll(id),
    }),
  ];
}

/** ImmoScout24 sends the decision as `state`; it does not know the state of OAuth 2. */
function callbackFor(
  { callback, value }: RequestToken,
  verifier: string | null,
  state: string,
): Callback {
  const proof: Parameter[] = verifier ? [["oauth_verifier", verifier]] : [];
  return {
    redirectUri: callback,
    parameters: [["oauth_token", value], ...proof, ["state", state]],
  };
}

function refusalPage(portal: string): Answer {
  return page({
    portal,
    title: "An error has occurred",
    body: markup`<p>The request token is invalid, has expired, or has been answered.</p>`,
    status: 401,
  });
}

import "server-only";
import { customFetch } from "next-auth";
import type { OAuth2Config, OIDCConfig } from "next-auth/providers";
import { linkKey } from "@/lib/accounts/linking/expected-member";
import { exchangeCode, memberOf } from "@/lib/conversation/code-exchange";
import { redirectUri } from "@/lib/conversation/configuration";
import { idTokenAlgorithmsOf, metadataOf } from "@/lib/conversation/issuers";
import { readMember } from "@/lib/conversation/member";
import type { Connection } from "@/lib/portals/connections";
import { addressOf } from "@/lib/portals/connections";
import type { Member } from "@/lib/portals/portal";
import { currentTrip } from "./context";
import { standardTokenAnswer, tokensFrom } from "./token-answer";

/**
 * A connection, as Auth.js wants to hear it. Auth.js makes the authorization request, checks `state`, `nonce` and PKCE and
 * runs the steps in order. The portal's dialect, the proof of its answers and all writing are ours.
 * @param step at a start the `state` is ours, so Auth.js need not make one and seal it
 */
export function providerOf(
  connection: Connection,
  step: "start" | "answer",
): OAuth2Config<Member> | OIDCConfig<Record<string, unknown>> {
  const { id, portal, choice, registration, scope, pkce, issuer } = connection;
  const params = {
    ...(portal.protocol !== "oauth1" && portal.authorizationParameters),
    scope: scope ?? "",
    redirect_uri: redirectUri(connection),
  };
  const shared = {
    id,
    name: choice?.label ?? portal.name,
    clientId: registration.id,
    clientSecret: registration.secret,
    client: { token_endpoint_auth_method: "client_secret_post" },
  } as const;
  const state = step === "answer" ? (["state"] as const) : [];
  const pkceIfOn = pkce ? (["pkce"] as const) : [];
  if (issuer) {
    return {
      ...shared,
      type: "oidc",
      issuer,
      checks: [...pkceIfOn, ...state, "nonce"],
      authorization: { params },
      profile: (claims) => userOf(connection, readMember(connection, { claims, record: null })),
      [customFetch]: issuerOver(connection),
    };
  }
  return {
    ...shared,
    type: "oauth",
    checks: [...pkceIfOn, ...state],
    authorization: { url: addressOf(connection, "AUTHORIZATION"), params },
    token: addressOf(connection, "TOKEN"),
    userinfo: {
      url: addressOf(connection, "TOKEN"), // never asked: not every portal has such an address
      request: ({ tokens }: { tokens: unknown }) => {
        const { moreFields, ...set } = tokensFrom(tokens);
        return memberOf(connection, set, { claims: null, moreFields });
      },
    },
    profile: (member) => userOf(connection, member),
    [customFetch]: (_input, init) => answerTokenRequest(connection, init),
  };
}

/** A member as Auth.js's user. The id is what the link will be found by. */
function userOf(connection: Connection, { id, name, email, image }: Member) {
  return { id: linkKey(connection, id, currentTrip().flow.expected), name, email, image };
}

/** The `fetch` through which Auth.js sees an issuer: its metadata as we know it, and its token endpoint. */
function issuerOver(connection: Connection): typeof fetch {
  return async (_input, init) => {
    if (init?.method === "POST") return answerTokenRequest(connection, init);
    const { authorization_response_iss_parameter_supported: _, ...metadata } =
      await metadataOf(connection); // `iss` is ours to check, and not handed on
    return Response.json({
      userinfo_endpoint: metadata.token_endpoint, // Auth.js insists on an address, and asks nothing there
      ...metadata,
      id_token_signing_alg_values_supported: await idTokenAlgorithmsOf(connection),
    });
  };
}

/** Auth.js's token request: the code goes to the portal in the portal's own format, and the answer comes back in the standard one. */
async function answerTokenRequest(connection: Connection, init: RequestInit | undefined) {
  const fields = new URLSearchParams(String(init?.body));
  const response = await exchangeCode(connection, {
    code: fields.get("code") ?? "",
    codeVerifier: fields.get("code_verifier"),
    nonce: currentTrip().flow.checks.nonce ?? null,
  });
  // Auth.js would check an ID token that an OAuth 2 portal adds unasked against an issuer that it does not have.
  const idToken = connection.issuer ? response.idToken : null;
  return Response.json(standardTokenAnswer({ ...response, idToken }, new Date()));
}

import "server-only";
import { customFetch } from "next-auth";
import type { OAuth2Config, OIDCConfig } from "next-auth/providers";
import { exchangeCode } from "@/lib/conversation/code-exchange";
import { redirectUri } from "@/lib/conversation/configuration";
import { metadataOf } from "@/lib/conversation/issuers";
import type { Connection } from "@/lib/portals/connections";
import { addressOf } from "@/lib/portals/connections";
import { currentTrip } from "./trip";

/**
 * A connection, as Auth.js wants to hear it. Auth.js makes the authorization request, checks `state` and `nonce` and runs
 * the steps in order; the portal's dialect, its failures and all writing are ours.
 */
export function providerOf(connection: Connection): OAuth2Config<object> | OIDCConfig<object> {
  const { id, portal, choice, registration, scope, pkce, issuer } = connection;
  const params = { scope: scope ?? "", redirect_uri: redirectUri(connection) };
  const shared = {
    id,
    name: choice?.label ?? portal.name,
    clientId: registration.id,
    clientSecret: registration.secret,
    client: { token_endpoint_auth_method: "client_secret_post" },
    profile: () => ({}), // who it is stays with the trip
  } as const;
  const pkceIfOn = pkce ? (["pkce"] as const) : [];
  if (issuer) {
    return {
      ...shared,
      type: "oidc",
      issuer,
      checks: [...pkceIfOn, "state", "nonce"],
      authorization: { params },
      [customFetch]: issuerOver(connection),
    };
  }
  return {
    ...shared,
    type: "oauth",
    checks: [...pkceIfOn, "state"],
    authorization: { url: addressOf(connection, "AUTHORIZATION"), params },
    token: addressOf(connection, "TOKEN"),
    // Never asked: its own request would take any status for a profile, and not every portal has such an address.
    userinfo: { url: addressOf(connection, "TOKEN"), request: async () => ({}) },
    [customFetch]: (_input, init) => exchange(connection, init),
  };
}

/** The `fetch` through which Auth.js sees an issuer: its metadata as we know it, and its token endpoint. */
function issuerOver(connection: Connection): typeof fetch {
  return async (_input, init) => {
    if (init?.method === "POST") return exchange(connection, init);
    const { authorization_response_iss_parameter_supported: _, ...metadata } =
      await metadataOf(connection); // `iss` is ours to check, and not handed on
    // Auth.js insists on an address for userinfo, and asks nothing there.
    return Response.json({ userinfo_endpoint: metadata.token_endpoint, ...metadata });
  };
}

/**
 * Auth.js's token request: the code goes to the portal in the portal's own format, what comes back stays with the trip,
 * and Auth.js gets the least it can go on with.
 */
async function exchange(connection: Connection, init: RequestInit | undefined): Promise<Response> {
  const trip = currentTrip();
  if (!trip?.arrival) throw new Error("A code is exchanged in a flow only");
  const fields = new URLSearchParams(String(init?.body));
  const { introduction, idToken } = await exchangeCode(connection, {
    code: fields.get("code") ?? "",
    codeVerifier: fields.get("code_verifier"),
    nonce: trip.arrival.flow.checks.nonce ?? null,
  });
  trip.introduction = introduction;
  return Response.json({
    access_token: introduction.tokens.accessToken,
    token_type: "bearer",
    ...(idToken && { id_token: idToken }),
  });
}

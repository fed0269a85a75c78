import "server-only";
import { customFetch } from "next-auth";
import type { OAuth2Config } from "next-auth/providers";
import { redirectUri } from "@/lib/accounts/configuration";
import { fetchMember } from "@/lib/accounts/member";
import { settings } from "@/lib/env";
import { requestTokens } from "@/lib/oauth/token-request";
import type { Connection } from "@/lib/portals/connections";
import type { Member } from "@/lib/portals/portal";
import { currentTrip } from "./trip";

/**
 * A connection, as Auth.js wants to hear it. Auth.js makes the authorization request, checks `state` and runs the
 * steps in order; the portal's dialect, its failures and all writing are ours.
 */
export function providerOf(connection: Connection): OAuth2Config<Member> {
  const { id, portal, choice, client, endpoints, scope, pkce } = connection;
  return {
    id,
    name: choice?.label ?? portal.name,
    type: "oauth",
    checks: pkce ? ["pkce", "state"] : ["state"],
    clientId: client.id,
    clientSecret: client.secret,
    client: { token_endpoint_auth_method: "client_secret_post" },
    authorization: {
      url: endpoints.AUTHORIZATION,
      params: { scope: scope ?? "", redirect_uri: redirectUri(connection) },
    },
    token: endpoints.TOKEN,
    userinfo: {
      url: endpoints.MEMBER,
      // Its own request would take any status for a profile.
      request: async ({ tokens }: { tokens: { access_token: string } }) => {
        const member = await fetchMember(connection, tokens.access_token);
        const trip = currentTrip();
        if (trip) trip.member = member;
        return member;
      },
    },
    profile: ({ id, name, email, image }) => ({ id, name, email, image }),
    [customFetch]: exchangeOver(connection),
  };
}

/**
 * The `fetch` that Auth.js makes its token request with: the code goes to the portal in the portal's own format, the
 * tokens stay with the trip, and Auth.js gets the least it can go on with.
 */
function exchangeOver(connection: Connection): typeof fetch {
  return async (_input, init) => {
    const fields = new URLSearchParams(String(init?.body));
    const verifier = fields.get("code_verifier");
    const tokens = await requestTokens(
      {
        url: connection.endpoints.TOKEN,
        client: connection.client,
        clientAuth: connection.portal.clientAuth,
        format: connection.portal.tokenRequest,
        userAgent: settings().userAgent,
      },
      {
        grant_type: "authorization_code",
        code: fields.get("code") ?? "",
        redirect_uri: redirectUri(connection),
        ...(verifier && { code_verifier: verifier }),
      },
    );
    const trip = currentTrip();
    if (trip) trip.tokens = tokens;
    return Response.json({ access_token: tokens.accessToken, token_type: "bearer" });
  };
}

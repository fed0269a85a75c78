import "server-only";
import { randomBytes } from "node:crypto";
import { cookies } from "next/headers";
import { redirectUri } from "@/lib/conversation/configuration";
import { consumerOf, newNonceAndTimestamp, portalHeaders } from "@/lib/conversation/headers";
import { settings } from "@/lib/env";
import { fetchRequestToken } from "@/lib/oauth/oauth1/three-legged";
import { addressOf, type Connection } from "@/lib/portals/connections";
import { signIn } from "../authjs/auth";
import { takeChecks } from "../authjs/checks";
import { runAuthJs } from "../authjs/context";
import { FLOW_SECONDS, type Flow } from "../flow/flow";

/** RFC 5849 leaves it to the portal; the one that we know gives half an hour. */
const REQUEST_TOKEN_SECONDS = 30 * 60;

/** Where to send the browser, and what to keep until it is back. */
type AuthorizationRequest = Pick<Flow, "checks" | "requestTokenSecret"> & {
  address: string;
  /** What the answer will be recognised by: `state`, or `oauth_token`. */
  key: string;
  /** How long the portal's page may stay open. */
  seconds: number;
};

/** @throws {OAuthError} when the portal has to be asked first, and that fails */
export function authorizationRequest(connection: Connection): Promise<AuthorizationRequest> {
  return connection.portal.protocol === "oauth1"
    ? withRequestToken(connection)
    : requestThroughAuthJs(connection);
}

/** RFC 6749 section 4.1.1, as Auth.js makes it, with a `state` of ours and without what the portal does not document. */
async function requestThroughAuthJs(connection: Connection): Promise<AuthorizationRequest> {
  const { value: made, error } = await runAuthJs(null, () =>
    signIn(connection.id, { redirect: false, redirectTo: "/" }),
  );
  const checks = await takeChecks(await cookies());
  const url = new URL(made, settings().origin);
  if (!url.searchParams.has("client_id")) throw error ?? new Error("Auth.js made no request");
  const state = randomBytes(32).toString("base64url");
  url.searchParams.set("state", state);
  if (!connection.scope) url.searchParams.delete("scope"); // Auth.js has a scope of its own for those who name none
  if (!connection.sendsRedirectUri) url.searchParams.delete("redirect_uri");
  return {
    address: url.href,
    key: state,
    checks: { ...checks, state },
    requestTokenSecret: null,
    seconds: FLOW_SECONDS,
  };
}

/** RFC 5849 sections 2.1 and 2.2. */
async function withRequestToken(connection: Connection): Promise<AuthorizationRequest> {
  const { token, secret } = await fetchRequestToken(
    {
      url: addressOf(connection, "REQUEST_TOKEN"),
      consumer: consumerOf(connection),
      headers: portalHeaders(connection),
      errors: connection.portal,
      callback: redirectUri(connection),
    },
    newNonceAndTimestamp(),
  );
  const url = new URL(addressOf(connection, "AUTHORIZATION"));
  url.searchParams.set("oauth_token", token);
  return {
    address: url.href,
    key: token,
    checks: {},
    requestTokenSecret: secret,
    seconds: REQUEST_TOKEN_SECONDS,
  };
}

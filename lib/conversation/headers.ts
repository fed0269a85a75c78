import "server-only";
import { randomBytes } from "node:crypto";
import { settings } from "@/lib/env";
import {
  authorizationHeader,
  type NonceAndTimestamp,
  type Token,
} from "@/lib/oauth/oauth1/authorization-header";
import type { TokenSet } from "@/lib/oauth/tokens";
import type { Connection } from "@/lib/portals/connections";
import type { OAuth1Portal, OAuth2Portal, OpenIdPortal } from "@/lib/portals/portal";

/** What we say about ourselves to a portal, in the headers that it wants. */
export function portalHeaders({ portal, registration }: Connection): Record<string, string> {
  const { userAgent } = settings();
  const values = { API_KEY: registration.apiKey ?? "", USER_AGENT: userAgent };
  const more = Object.entries(portal.headers ?? {}).map(([header, from]) => [header, values[from]]);
  return { "user-agent": userAgent, ...Object.fromEntries(more) };
}

export type Request = { method: "GET" | "POST" | "PUT" | "DELETE"; url: string };

/** The headers of one request to a portal's API for a member. Good for exactly this method and address. */
export function requestHeaders(
  connection: Connection,
  { accessToken, tokenSecret }: Pick<TokenSet, "accessToken" | "tokenSecret">,
  request: Request,
): Record<string, string> {
  const { portal } = connection;
  if (portal.protocol !== "oauth1") return bearerHeaders(connection, portal, accessToken);
  const token = { token: accessToken, secret: tokenSecret ?? "" };
  return signedHeaders(connection, portal, request, token);
}

/** The headers of one request to a portal's API for our application itself: no member's token is in them. */
export function applicationHeaders(
  connection: Connection,
  request: Request,
): Record<string, string> {
  const { portal } = connection;
  if (portal.protocol === "oauth1") return signedHeaders(connection, portal, request);
  return { ...portalHeaders(connection), accept: "application/json" };
}

/** RFC 5849 section 3.1, where a request may also be signed without a token: "two-legged". */
function signedHeaders(
  connection: Connection,
  { accept }: Pick<OAuth1Portal, "accept">,
  { method, url }: Request,
  token?: Token,
): Record<string, string> {
  const signed = { method, url: new URL(url), consumer: consumerOf(connection), token };
  const authorization = authorizationHeader(signed, newNonceAndTimestamp());
  return { ...portalHeaders(connection), accept, authorization };
}

/** RFC 6750 section 2.1, draft 10 section 5.1.1: the same for every request, and usable by any holder. */
export function bearerHeaders(
  connection: Connection,
  { scheme }: Pick<OAuth2Portal | OpenIdPortal, "scheme">,
  accessToken: string,
): Record<string, string> {
  const authorization = `${scheme} ${accessToken}`;
  return { ...portalHeaders(connection), accept: "application/json", authorization };
}

/** Our registration, as OAuth 1.0 calls it. */
export function consumerOf({ registration }: Connection) {
  return { key: registration.id, secret: registration.secret };
}

/** RFC 5849 section 3.3. */
export function newNonceAndTimestamp(): NonceAndTimestamp {
  return {
    timestamp: Math.floor(Date.now() / 1000),
    nonce: randomBytes(14).toString("hex"), // 28 letters and digits: some servers take 20 to 30 of them
  };
}

import "server-only";
import { OAuthError } from "@/lib/oauth/errors";
import { Issuer } from "@/lib/oauth/openid/issuer";
import type { Metadata } from "@/lib/oauth/openid/metadata";
import type { TokenEndpoint } from "@/lib/oauth/token-request";
import { addressOf, type Connection } from "@/lib/portals/connections";
import { stemOf } from "@/lib/portals/variables";
import { portalHeaders } from "./headers";

const issuers = new Map<string, Issuer>();

/** The issuer of an OpenID Connect connection, with what is known of it by now. */
export function issuerOf(connection: Connection): Issuer {
  if (!connection.issuer) throw new Error(`${connection.id} has no issuer`);
  const known = issuers.get(connection.id);
  if (known) return known;
  const issuer = new Issuer(connection.issuer, portalHeaders(connection));
  issuers.set(connection.id, issuer);
  return issuer;
}

/**
 * An issuer's metadata with the addresses that this deployment has set itself.
 * @throws {OAuthError}
 */
export async function metadataOf(connection: Connection): Promise<Metadata> {
  const metadata = await issuerOf(connection).metadata();
  const { AUTHORIZATION, TOKEN, REVOCATION } = connection.endpoints;
  return {
    ...metadata,
    ...(AUTHORIZATION && { authorization_endpoint: AUTHORIZATION }),
    ...(TOKEN && { token_endpoint: TOKEN }),
    ...(REVOCATION && { revocation_endpoint: REVOCATION }),
  };
}

/** RFC 9207 section 2.4: an answer that says it is another issuer's is not ours, be it a code or an error. */
export function isOfAnother(connection: Connection, issuer: string | null): boolean {
  return connection.issuer !== null && issuer !== null && issuer !== connection.issuer;
}

/**
 * The same section: nor is a code of which this issuer, which always says so, does not say that it is its own.
 * @throws {OAuthError}
 */
export async function checkAnswerIssuer(
  connection: Connection,
  issuer: string | null,
): Promise<void> {
  if (!connection.issuer || issuer !== null) return;
  const metadata = await metadataOf(connection);
  if (metadata.authorization_response_iss_parameter_supported) throw anotherIssuer();
}

export function anotherIssuer(): OAuthError {
  return new OAuthError("unverified", "The answer does not name the issuer that was asked");
}

/**
 * To be told of what went wrong at an address that an issuer names. Unless the portal itself has answered there, the issuer is
 * asked again soon for its addresses.
 */
export function doubtIssuer(connection: Connection, error: unknown): void {
  if (!connection.issuer || !(error instanceof OAuthError) || error.detail.said) return;
  issuerOf(connection).doubt();
}

/**
 * Asks each issuer for its metadata, so that a setting that cannot work is noticed at the start and not at the first sign-in.
 * One that does not answer now is not a wrong setting.
 * @returns a sentence for each issuer that calls itself by another name
 */
export async function issuerNotices(connections: readonly Connection[]): Promise<string[]> {
  const asked = connections.filter(({ issuer }) => issuer).map(noticeOf);
  return (await Promise.all(asked)).filter((notice) => notice !== null);
}

async function noticeOf(connection: Connection): Promise<string | null> {
  try {
    await issuerOf(connection).metadata();
    return null;
  } catch (error) {
    if (!(error instanceof OAuthError) || error.code !== "unverified") return null;
    const variable = `${stemOf(connection.id)}_ISSUER`;
    return `${variable} is ${connection.issuer}, and nobody can sign in with it. ${error.message}.`;
  }
}

/** As `tokenEndpointOf`, for refreshing: most portals have one address for both. @throws {OAuthError} */
export async function refreshEndpointOf(connection: Connection): Promise<TokenEndpoint> {
  const endpoint = await tokenEndpointOf(connection);
  return { ...endpoint, url: connection.endpoints.REFRESH ?? endpoint.url };
}

/** Where and how a connection's tokens can be revoked, RFC 7009; null where it says nowhere. @throws {OAuthError} */
export async function revocationEndpointOf(
  connection: Connection,
): Promise<Omit<TokenEndpoint, "format"> | null> {
  const { portal, registration, issuer, endpoints } = connection;
  if (portal.protocol === "oauth1") return null;
  const url = issuer ? (await metadataOf(connection)).revocation_endpoint : endpoints.REVOCATION;
  if (!url) return null;
  const { clientAuth } = portal;
  return { url, registration, clientAuth, headers: portalHeaders(connection), errors: portal };
}

/** Where and how a connection of the OAuth 2.0 family asks for tokens. @throws {OAuthError} when its issuer does not say */
export async function tokenEndpointOf(connection: Connection): Promise<TokenEndpoint> {
  const { portal, registration, tokenRequest, issuer } = connection;
  if (portal.protocol === "oauth1") throw new Error(`${connection.id} has no token endpoint`);
  return {
    url: issuer ? (await metadataOf(connection)).token_endpoint : addressOf(connection, "TOKEN"),
    registration,
    clientAuth: portal.clientAuth,
    format: tokenRequest ?? portal.tokenRequest,
    headers: portalHeaders(connection),
    errors: portal,
    parameters: portal.tokenParameters,
    readTokens: portal.readTokens,
  };
}

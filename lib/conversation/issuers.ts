import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { OAuthError, type OAuthErrorCode } from "@/lib/oauth/errors";
import type { IdTokenAlgorithm } from "@/lib/oauth/openid/id-token";
import { Issuer } from "@/lib/oauth/openid/issuer";
import type { Metadata } from "@/lib/oauth/openid/metadata";
import type { ClientAuth, TokenEndpoint } from "@/lib/oauth/token-request";
import { addressOf, type Connection, variablesOf } from "@/lib/portals/connections";
import type { OAuth2Portal, OpenIdPortal } from "@/lib/portals/portal";
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
 * @returns a sentence for each issuer that no one can sign in with, such as one that calls itself by another name
 */
export async function issuerNotices(connections: readonly Connection[]): Promise<string[]> {
  const asked = connections.filter(({ issuer }) => issuer).map(noticeOf);
  return (await Promise.all(asked)).filter((notice) => notice !== null);
}

/** What says that an issuer has answered, and not as one can be used. */
const WRONG: readonly OAuthErrorCode[] = ["unverified", "unexpected"];

async function noticeOf(connection: Connection): Promise<string | null> {
  try {
    const metadata = await issuerOf(connection).metadata();
    if (connection.portal.protocol === "oauth1") return null;
    clientAuthOf(connection.portal, metadata);
    algorithmsIn(connection.portal, metadata);
    return null;
  } catch (error) {
    if (!(error instanceof OAuthError) || !WRONG.includes(error.code)) return null;
    const variable = `${variablesOf(connection)}_ISSUER`;
    return `${variable} is ${connection.issuer}, and no one can sign in with it. ${error.message}.`;
  }
}

/** What a connection's ID tokens may be signed with. @throws {OAuthError} */
export async function idTokenAlgorithmsOf(
  connection: Connection,
): Promise<readonly IdTokenAlgorithm[]> {
  const { portal } = connection;
  if (portal.protocol === "oauth1") return [];
  return algorithmsIn(portal, await issuerOf(connection).metadata());
}

/** RS256 unless the portal documents others; where the issuer's own document counts, what it names of those. */
function algorithmsIn(
  portal: OAuth2Portal | OpenIdPortal,
  { id_token_signing_alg_values_supported: named }: Metadata,
): readonly IdTokenAlgorithm[] {
  const { idTokenAlgorithms = STANDARD, discovered } = portal.protocol === "openid" ? portal : {};
  if (!discovered) return idTokenAlgorithms;
  const algorithms = named ? idTokenAlgorithms.filter((each) => named.includes(each)) : STANDARD;
  if (algorithms.length > 0) return algorithms;
  const sentence = `The issuer signs ID tokens with none of ${idTokenAlgorithms.join(", ")}`;
  throw new OAuthError("unverified", sentence);
}

/** OpenID Connect Core 1.0 section 15.1: what every provider signs with. */
const STANDARD: readonly IdTokenAlgorithm[] = ["RS256"];

/** How we prove ourselves: as declared, or as the issuer's own document wants it. */
function clientAuthOf(
  { clientAuth, ...portal }: OAuth2Portal | OpenIdPortal,
  { token_endpoint_auth_methods_supported: methods }: Metadata,
): ClientAuth {
  const isDiscovered = portal.protocol === "openid" && portal.discovered;
  if (!isDiscovered || !methods || methods.includes("client_secret_basic")) return clientAuth;
  if (methods.includes("client_secret_post")) return "body";
  const sentence = "The issuer takes a client's secret neither as Basic nor in the body";
  throw new OAuthError("unverified", sentence);
}

/** As `tokenEndpointOf`, for refreshing: most portals have one address for both. @throws {OAuthError} */
export async function refreshEndpointOf(connection: Connection): Promise<TokenEndpoint> {
  const endpoint = await tokenEndpointOf(connection);
  return { ...endpoint, url: connection.endpoints.REFRESH ?? endpoint.url };
}

/** How long signing out waits for an issuer. */
const PATIENCE_MS = 1_000;

/**
 * Where a browser is signed out at the portal too: as declared or set, else as its issuer says; null where there is no such address, or
 * its issuer does not answer soon: a person is waiting, and can do without.
 */
export async function logoutAddressOf(connection: Connection): Promise<string | null> {
  const { endpoints, issuer } = connection;
  if (endpoints.LOGOUT || !issuer) return endpoints.LOGOUT ?? null;
  const asked = metadataOf(connection).then((metadata) => metadata.end_session_endpoint ?? null);
  try {
    return await Promise.race([asked, sleep(PATIENCE_MS, null, { ref: false })]);
  } catch (error) {
    if (error instanceof OAuthError) return null;
    throw error;
  }
}

/** Where and how a connection's tokens can be revoked, RFC 7009; null where it says nowhere. @throws {OAuthError} */
export async function revocationEndpointOf(
  connection: Connection,
): Promise<Omit<TokenEndpoint, "format"> | null> {
  const { portal, registration, issuer, endpoints } = connection;
  if (portal.protocol === "oauth1") return null;
  const url = issuer ? (await metadataOf(connection)).revocation_endpoint : endpoints.REVOCATION;
  if (!url) return null;
  const clientAuth = issuer
    ? clientAuthOf(portal, await metadataOf(connection))
    : portal.clientAuth;
  return { url, registration, clientAuth, headers: portalHeaders(connection), errors: portal };
}

/** Where and how a connection of the OAuth 2.0 family asks for tokens. @throws {OAuthError} when its issuer does not say */
export async function tokenEndpointOf(connection: Connection): Promise<TokenEndpoint> {
  const { portal, registration, tokenRequest, issuer } = connection;
  if (portal.protocol === "oauth1") throw new Error(`${connection.id} has no token endpoint`);
  const metadata = issuer ? await metadataOf(connection) : null;
  return {
    url: metadata ? metadata.token_endpoint : addressOf(connection, "TOKEN"),
    registration,
    clientAuth: metadata ? clientAuthOf(portal, metadata) : portal.clientAuth,
    format: tokenRequest ?? portal.tokenRequest,
    headers: portalHeaders(connection),
    errors: portal,
    parameters: portal.tokenParameters,
    readTokens: portal.readTokens,
  };
}

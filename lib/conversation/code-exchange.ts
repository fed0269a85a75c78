import "server-only";
import { decodeJwt } from "jose";
import { OAuthError } from "@/lib/oauth/errors";
import { fetchAccessToken } from "@/lib/oauth/oauth1/three-legged";
import { type IdTokenClaims, verifyIdToken } from "@/lib/oauth/openid/id-token";
import { fetchUserinfo } from "@/lib/oauth/openid/userinfo";
import { type Grant, requestTokens } from "@/lib/oauth/token-request";
import { importedTokens, type TokenResponse, type TokenSet } from "@/lib/oauth/tokens";
import { addressOf, type Connection } from "@/lib/portals/connections";
import type { Evidence } from "@/lib/portals/portal";
import { redirectUri } from "./configuration";
import { consumerOf, newNonceAndTimestamp, portalHeaders } from "./headers";
import { doubtIssuer, idTokenAlgorithmsOf, issuerOf, tokenEndpointOf } from "./issuers";
import { fetchMember, type SeenMember } from "./member";

/** What a portal gave us, and for whom. Every way of linking begins with it and ends in `complete()`. */
export type MemberTokens = { tokens: TokenSet; member: SeenMember };

/** What has come back with a flow, and what was kept in it. */
export type CodeAnswer = {
  code: string;
  /** RFC 7636 section 4.5; null without PKCE. */
  codeVerifier: string | null;
  /** Of the authorization request, OpenID Connect only. */
  nonce: string | null;
};

/**
 * Exchanges an authorization code, RFC 6749 section 4.1.3. An ID token that comes with it is verified, OpenID Connect Core
 * 1.0 section 3.1.3; without one an OpenID provider's answer is refused. Our callback is named where the authorization
 * request named it.
 * @throws {OAuthError}
 */
export async function exchangeCode(
  connection: Connection,
  { code, codeVerifier, nonce }: CodeAnswer,
): Promise<TokenResponse> {
  const response = await askTokenEndpoint(connection, {
    grant_type: "authorization_code",
    code,
    ...(connection.sendsRedirectUri && { redirect_uri: redirectUri(connection) }),
    ...(codeVerifier && { code_verifier: codeVerifier }),
  });
  await checkIdToken(connection, response, nonce);
  return response;
}

/**
 * Asks the portal whose tokens these are: userinfo where it speaks OpenID Connect, and its member record.
 * @param told claims of the verified ID token, null where the portal does not speak OpenID Connect; and further fields of
 * the token answer
 * @throws {OAuthError}
 */
export async function memberOf(
  connection: Connection,
  tokens: TokenSet,
  { claims, ...told }: Omit<Evidence, "record">,
): Promise<SeenMember> {
  const userinfo = claims && (await userinfoOf(connection, tokens, claims));
  const all = claims && { ...claims, ...userinfo };
  const member = await fetchMember(connection, tokens, { ...told, claims: all });
  return { ...member, untried: member.untried === true && userinfo === null };
}

/** As `memberOf`, for a token answer that `exchangeCode` has let through. @throws {OAuthError} */
export function memberFrom(
  connection: Connection,
  { tokens, idToken, moreFields }: TokenResponse,
): Promise<SeenMember> {
  const claims = connection.issuer && idToken !== null ? decodeJwt(idToken) : null;
  return memberOf(connection, tokens, { claims, moreFields });
}

/**
 * Exchanges a request token and its verifier, RFC 5849 section 2.3.
 * @throws {OAuthError}
 */
export async function exchangeVerifier(
  connection: Connection,
  requestToken: { token: string; secret: string },
  verifier: string,
): Promise<MemberTokens> {
  const leg = {
    url: addressOf(connection, "ACCESS_TOKEN"),
    consumer: consumerOf(connection),
    headers: portalHeaders(connection),
    errors: connection.portal,
  };
  const tokens = await fetchAccessToken({ ...leg, requestToken, verifier }, newNonceAndTimestamp());
  return { tokens, member: await memberOf(connection, tokens, { claims: null }) };
}

/**
 * Exchanges a member's own name and password, RFC 6749 section 4.3. Sent once; neither is kept.
 * @throws {OAuthError}
 */
export async function exchangePassword(
  connection: Connection,
  { username, password }: { username: string; password: string },
): Promise<MemberTokens> {
  const grant = { grant_type: "password", username, password };
  const { tokens, moreFields } = await askTokenEndpoint(connection, grant);
  return { tokens, member: await memberOf(connection, tokens, { claims: null, moreFields }) };
}

/**
 * Takes tokens that the portal handed out beforehand. They count once the portal has said whose they are.
 * @throws {OAuthError}
 */
export async function proveTokens(
  connection: Connection,
  given: Pick<TokenSet, "accessToken" | "refreshToken" | "tokenSecret">,
): Promise<MemberTokens> {
  const imported = importedTokens(given.accessToken, given.refreshToken);
  const tokens = { ...imported, tokenSecret: given.tokenSecret };
  return { tokens, member: await memberOf(connection, tokens, { claims: null }) };
}

async function askTokenEndpoint(connection: Connection, grant: Grant): Promise<TokenResponse> {
  try {
    return await requestTokens(await tokenEndpointOf(connection), grant);
  } catch (error) {
    doubtIssuer(connection, error);
    throw error;
  }
}

/** Whether the ID token is this issuer's, for us and of this flow; nothing to do where there is no issuer. */
async function checkIdToken(
  connection: Connection,
  { tokens, idToken }: TokenResponse,
  nonce: string | null,
): Promise<void> {
  if (!connection.issuer) return;
  if (!idToken) throw new OAuthError("unverified", "There is no ID token");
  if (!nonce) throw new OAuthError("unverified", "The flow had no nonce");
  const claims = await verifyIdToken(idToken, issuerOf(connection), {
    issuer: connection.issuer,
    clientId: connection.registration.id,
    nonce,
    algorithms: await idTokenAlgorithmsOf(connection),
    accessToken: tokens.accessToken,
    now: new Date(),
  });
  if (!isAdmitted(connection, claims)) {
    throw new OAuthError("not_admitted", "The ID token does not have the claim that is required");
  }
}

/** Whether the ID token says what our settings ask of all who may come in; a claim may be a list, which then has it. */
function isAdmitted({ login }: Connection, claims: IdTokenClaims): boolean {
  if (!login?.requiredClaim) return true;
  const { name, value } = login.requiredClaim;
  return Object.hasOwn(claims, name) && [claims[name]].flat().includes(value);
}

/** The claims of userinfo, where the issuer has such an address and it answers. */
async function userinfoOf(
  connection: Connection,
  { accessToken }: TokenSet,
  claims: NonNullable<Evidence["claims"]>,
): Promise<Record<string, unknown> | null> {
  const { userinfo_endpoint } = await issuerOf(connection).metadata();
  if (!userinfo_endpoint) return null;
  return fetchUserinfo(userinfo_endpoint, {
    headers: {
      ...portalHeaders(connection),
      accept: "application/json",
      authorization: `Bearer ${accessToken}`,
    },
    sub: String(claims.sub),
    errors: connection.portal,
  });
}

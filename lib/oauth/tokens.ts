import { z } from "zod";
import { OAuthError } from "./errors";

/** RFC 6749 section 5.1, in our words: a moment instead of a countdown, null instead of absence. */
export type TokenSet = {
  accessToken: string;
  /** What requests are signed with, RFC 5849; OAuth 2.0 has none. */
  tokenSecret: string | null;
  refreshToken: string | null;
  /** Null when the portal names no end: the token lasts until it is refused. */
  expiresAt: Date | null;
  /** When the portal says it issued the token. */
  issuedAt: Date | null;
  scope: string | null;
};

/** A token response, with the proof of who is there that OpenID Connect adds to it. */
export type TokenResponse = {
  tokens: TokenSet;
  idToken: string | null;
  /** Its fields that neither specification knows. */
  moreFields: Readonly<Record<string, unknown>>;
};

/** Header values: RFC 6750 section 2.1 allows less, RFC 6749 appendix A.12 exactly this. */
const Token = z.string().regex(/^[\x20-\x7e]{1,8192}$/);

const seconds = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);

const Body = z.looseObject({
  access_token: Token,
  token_type: z
    .string()
    .regex(/^(bearer|oauth)$/i)
    .nullish(), // case-insensitive; older servers send none
  refresh_token: Token.nullish(),
  expires_in: seconds.pipe(z.number().positive().max(4e9)).nullish(), // absent is unknown, never zero
  created_at: seconds.pipe(z.number().positive().max(4e9)).nullish().catch(null), // an extension, section 8.2
  scope: z.string().max(4096).nullish(),
  id_token: z.string().max(65_536).nullish(), // OpenID Connect Core 1.0 section 3.1.3.3
});

/**
 * A token that was handed out beforehand, with nothing said about its end.
 * @throws {OAuthError} `unexpected` when it could not be sent in a header
 */
export function importedTokens(accessToken: string, refreshToken: string | null): TokenSet {
  const body = { access_token: accessToken, refresh_token: refreshToken };
  return readTokenResponse(body, new Date(0)).tokens;
}

/**
 * Reads a successful token response of an OpenID provider, which must name its tokens: OpenID Connect Core 1.0 section 3.1.3.3.
 * @throws {OAuthError} `unexpected`
 */
export function readOpenIdTokenResponse(body: unknown, receivedAt: Date): TokenResponse {
  const named = z.looseObject({ token_type: z.string().regex(/^bearer$/i) }).safeParse(body);
  if (named.success) return readTokenResponse(body, receivedAt);
  throw new OAuthError("unexpected", "Not the token response of Core section 3.1.3.3: token_type");
}

/**
 * Reads a successful token response.
 * @param receivedAt the moment `expires_in` counts from
 * @throws {OAuthError} `unexpected`
 */
export function readTokenResponse(body: unknown, receivedAt: Date): TokenResponse {
  const parsed = Body.safeParse(body);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join(".")).join(", ");
    throw new OAuthError("unexpected", `Not the token response of RFC 6749 section 5.1: ${fields}`);
  }
  const { access_token, refresh_token, expires_in, created_at, scope, id_token, ...rest } =
    parsed.data;
  const { token_type: _, ...moreFields } = rest;
  const tokens = {
    accessToken: access_token,
    tokenSecret: null,
    refreshToken: refresh_token ?? null,
    expiresAt: expires_in ? new Date(receivedAt.getTime() + expires_in * 1000) : null,
    issuedAt: created_at ? new Date(created_at * 1000) : null,
    scope: scope ?? null,
  };
  return { tokens, idToken: id_token ?? null, moreFields };
}

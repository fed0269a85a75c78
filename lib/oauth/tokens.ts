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
const AccessToken = z.string().regex(/^[\x20-\x7e]{1,65536}$/);

/** Longer than any permission lasts, in seconds; what is longer is as good as this. */
const LONGEST_LIFE = 100 * 365 * 24 * 60 * 60;

/** How much of a scope is kept. */
const LONGEST_SCOPE = 4_000;

/** A field that cannot be used is as good as absent. It costs no token. */
const lenient = <T>(schema: z.ZodType<T>) => schema.nullish().catch(null);

const numeric = z.union([
  z.number(),
  z
    .string()
    .trim()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
]);

/** Zero and less is what some servers say of a token without an end: unknown. */
const Lifetime = numeric
  .pipe(z.number().positive())
  .transform((life) => Math.min(life, LONGEST_LIFE));

const RefreshToken = z
  .union([z.string(), z.int().transform(String)])
  .pipe(z.string().regex(/\S/).max(65_536))
  .refine((token) => token.isWellFormed());

/** A list, as RFC 6749 section 3.3 has it, or one of JSON's. */
const Scope = z
  .union([z.string(), z.array(z.unknown()).transform(textsIn)])
  .transform((scope) => shortened(scope.replace(/[\p{C}\s]+/gu, " ").trim()) || null);

function textsIn(list: unknown[]) {
  return list.filter((each) => typeof each === "string").join(" ");
}

/** Whole words, as many as there is room for. */
function shortened(scope: string) {
  if (scope.length <= LONGEST_SCOPE) return scope;
  return scope.slice(0, LONGEST_SCOPE + 1).replace(/\s*\S*$/, "");
}

/** RFC 6749 section 5.1. The access token alone decides whether it is one: a code or a refresh token has been spent for it. */
const Body = z.looseObject({
  access_token: AccessToken,
  token_type: z.unknown().optional(), // which scheme to use is the portal's documentation's word
  refresh_token: lenient(RefreshToken),
  expires_in: lenient(Lifetime), // absent is unknown, never zero
  created_at: lenient(numeric.pipe(z.number().positive().max(4e9))), // an extension, section 8.2
  scope: lenient(Scope),
  id_token: lenient(z.string().max(65_536)), // OpenID Connect Core 1.0 section 3.1.3.3
});

/**
 * A token that was handed out beforehand, with nothing said about its end.
 * @throws {OAuthError} `unexpected` when it could not be sent in a header
 */
export function importedTokens(accessToken: string, refreshToken: string | null): TokenSet {
  const body = { access_token: accessToken, refresh_token: refreshToken };
  return readTokenResponse(body, new Date(0)).tokens;
}

/** Whether an answer holds an access token, and hence counts. */
export function holdsAccessToken(body: unknown): boolean {
  return Body.safeParse(body).success;
}

/**
 * Reads a successful token response.
 * @param receivedAt the moment `expires_in` counts from
 * @throws {OAuthError} `unexpected`
 */
export function readTokenResponse(body: unknown, receivedAt: Date): TokenResponse {
  const parsed = Body.safeParse(body);
  if (!parsed.success) {
    throw new OAuthError(
      "unexpected",
      "Not the token response of RFC 6749 section 5.1: access_token",
    );
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

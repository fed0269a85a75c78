import "server-only";
import type { Account, Profile } from "next-auth";
import { z } from "zod";
import { type MemberTokens, memberOf } from "@/lib/conversation/code-exchange";
import type { SeenMember } from "@/lib/conversation/member";
import type { TokenResponse, TokenSet } from "@/lib/oauth/tokens";
import type { Connection } from "@/lib/portals/connections";
import { storable } from "@/lib/portals/text";

/** Tokens and members as they travel through Auth.js: in the standard form, and back in ours. */

/** RFC 6749 section 5.1. Auth.js insists on a `token_type`, which not every portal sends. */
export function standardTokenAnswer({ tokens, idToken, moreFields }: TokenResponse, now: Date) {
  const { accessToken, refreshToken, expiresAt, issuedAt, scope } = tokens;
  return {
    access_token: accessToken,
    token_type: "bearer",
    ...(refreshToken !== null && { refresh_token: refreshToken }),
    ...(expiresAt !== null && { expires_in: secondsBetween(now, expiresAt) }),
    ...(issuedAt !== null && { created_at: issuedAt.getTime() / 1000 }),
    ...(scope !== null && { scope }),
    ...(idToken !== null && { id_token: idToken }),
    more_fields: storable(moreFields), // also Auth.js writes it as JSON
  };
}

/** At least one: to Auth.js a token that is gone already is a malformed answer. */
function secondsBetween(now: Date, then: Date) {
  return Math.max(1, Math.round((then.getTime() - now.getTime()) / 1000));
}

/** Of what Auth.js hands on as an account: the token answer, and the moment of its end. */
const TokenFields = z.object({
  access_token: z.string(),
  refresh_token: z.string().nullish(),
  expires_at: z.number().nullish(),
  created_at: z.number().nullish(),
  scope: z.string().nullish(),
  more_fields: z.record(z.string(), z.unknown()),
});

/** @throws {ZodError} when it is not what `tokenAnswer` made of an answer */
export function tokensFrom(account: unknown): TokenSet & Pick<TokenResponse, "moreFields"> {
  const fields = TokenFields.parse(account);
  const { access_token, refresh_token, expires_at, created_at, scope } = fields;
  return {
    accessToken: access_token,
    tokenSecret: null,
    refreshToken: refresh_token ?? null,
    expiresAt: expires_at ? new Date(expires_at * 1000) : null,
    issuedAt: created_at ? new Date(created_at * 1000) : null,
    scope: scope ?? null,
    moreFields: fields.more_fields,
  };
}

/**
 * What Auth.js hands to its `signIn` callback, in our words. An OAuth 2 profile is the member, as our provider's `userinfo`
 * read it. An OpenID Connect profile is the claims of the ID token, verified; userinfo and the member record follow here.
 * @throws {OAuthError}
 */
export async function memberTokensFrom(
  connection: Connection,
  account: Account,
  profile: Profile | undefined,
): Promise<MemberTokens> {
  const { moreFields, ...tokens } = tokensFrom(account);
  if (account.type !== "oidc") return { tokens, member: profile as unknown as SeenMember };
  return {
    tokens,
    member: await memberOf(connection, tokens, { claims: { ...profile }, moreFields }),
  };
}

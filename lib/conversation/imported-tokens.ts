import "server-only";
import { z } from "zod";
import { readJson } from "@/lib/oauth/answer";
import { OAuthError } from "@/lib/oauth/errors";
import type { TokenSet } from "@/lib/oauth/tokens";
import { send } from "@/lib/oauth/transport";
import type { Connection } from "@/lib/portals/connections";
import { portalHeaders } from "./headers";
import { metadataOf } from "./issuers";
import { fetchMember, type SeenMember } from "./member";

/** Tokens that a system of others already has. They count once the portal has answered a call with them. */

/** `isTheirOwn`: the member has made the token at the portal for themselves, as a Personal Access Token. It proves no sign-in. */
export type ImportedMember = SeenMember & { isTheirOwn: boolean };

/**
 * Asks the portal whose tokens these are, and thereby whether they work: userinfo where it speaks OpenID Connect, and its member record.
 * @throws {OAuthError} `invalid_token` or `expired_token` when the portal refuses the token, `unexpected` when it names no member
 */
export async function importedMember(
  connection: Connection,
  tokens: TokenSet,
): Promise<ImportedMember> {
  const claims = await claimsBy(connection, tokens);
  const member = await fetchMember(connection, tokens, { claims }, { isProof: claims === null });
  return { ...member, isTheirOwn: Boolean(connection.issuer) && claims === null };
}

const Userinfo = z.looseObject({ sub: z.string().min(1) });

/** OpenID Connect Core 1.0 section 5.3. @returns null where there is no issuer, or the token is not one of its flows */
async function claimsBy(connection: Connection, { accessToken, refreshToken }: TokenSet) {
  if (!connection.issuer) return null;
  const { userinfo_endpoint: url } = await metadataOf(connection);
  if (!url) return null;
  const headers = {
    ...portalHeaders(connection),
    accept: "application/json",
    authorization: `Bearer ${accessToken}`,
  };
  try {
    const claims = Userinfo.safeParse(readJson(await send({ url, headers }), connection.portal));
    if (claims.success) return claims.data;
  } catch (error) {
    const isRefused = error instanceof OAuthError && REFUSED.includes(error.code);
    if (!isRefused || refreshToken !== null) throw error;
    return null; // a token that a member has made for themselves: the record says whose it is
  }
  throw new OAuthError("unexpected", "Userinfo does not say who the member is");
}

const REFUSED: readonly string[] = ["invalid_token", "expired_token", "access_denied", "refused"];

import "server-only";
import { refreshEndpointOf } from "@/lib/conversation/issuers";
import { isPassing, type Probe, probe } from "@/lib/conversation/probe";
import { revokesEachToken } from "@/lib/conversation/revocability";
import { type RevocableTokens, revokeAtPortal } from "@/lib/conversation/revocation";
import { OAuthError } from "@/lib/oauth/errors";
import { refreshTokens } from "@/lib/oauth/refresh";
import type { RevocationVerdict } from "@/lib/oauth/revocation";
import type { Connection } from "@/lib/portals/connections";
import { VaultError } from "../tokens/vault";
import { type ClaimedRevocation, openQueued, replaceQueued } from "./claim";

/** What one try asks a portal. */

/** So often a portal that does not say whether a token lives is asked; after the last time it is taken for one that has ended. */
const TRIES_TO_USE = 6;

/**
 * Asks a portal to take a queued row's tokens back, with newer ones where those can no longer say whose they are. Throws
 * nothing that a portal or a lost key can do.
 */
export async function askToRevoke(
  claim: ClaimedRevocation,
  connection: Connection,
): Promise<RevocationVerdict> {
  try {
    const tokens = await openQueued(claim);
    if (revokesEachToken(connection)) return await askForEachToken(claim, connection, tokens);
    const verdict = await revokeAtPortal(connection, tokens);
    if (verdict.kind !== "refused" || !isOfTheEnd(verdict.error.code)) return verdict;
    return await askWithNewTokens(claim, connection, { tokens, verdict });
  } catch (error) {
    if (error instanceof OAuthError) return { kind: "unavailable", error }; // the issuer does not say where
    if (error instanceof VaultError) {
      return { kind: "unavailable", error: new OAuthError("unverified", error.message) };
    }
    throw error;
  }
}

function isOfTheEnd(code: string) {
  return code === "expired_token" || code === "invalid_token";
}

/** An access token that has ended cannot say whose authorization to end: its successor can. */
async function askWithNewTokens(
  claim: ClaimedRevocation,
  connection: Connection,
  { tokens, verdict }: { tokens: RevocableTokens; verdict: RevocationVerdict },
): Promise<RevocationVerdict> {
  const renewed = await renewQueued(claim, connection, tokens);
  if (renewed === null) return verdict;
  return renewed.kind === "renewed" ? revokeAtPortal(connection, renewed.tokens) : renewed;
}

/**
 * Where tokens stand alone, one that has ended takes no refresh token with it, though the answer is 200 (Doorkeeper before
 * 5.8.1), and one that a refresh has replaced may live until its successor is first used: so that is used first.
 */
async function askForEachToken(
  claim: ClaimedRevocation,
  connection: Connection,
  tokens: RevocableTokens,
): Promise<RevocationVerdict> {
  if (tokens.refreshToken === null) return revokeAtPortal(connection, tokens);
  let living = tokens;
  let seen = await use(connection, tokens);
  const isLast = claim.tries >= TRIES_TO_USE;
  if (isOfTheEnd(seen.outcome) || (isLast && isPassing(seen.outcome))) {
    const renewed = await renewQueued(claim, connection, tokens);
    if (renewed?.kind === "unavailable") return renewed;
    if (renewed?.kind === "renewed") {
      living = renewed.tokens;
      seen = await use(connection, living);
    }
  }
  const { outcome, retryAfter } = seen;
  if (outcome !== "ok" && isPassing(outcome) && !isLast) {
    const sentence = "It is not known whether the access token lives";
    const error = new OAuthError(outcome, sentence, retryAfter === null ? {} : { retryAfter });
    return { kind: "unavailable", error };
  }
  return revokeAtPortal(connection, living);
}

/** Shows an access token to its portal, once. */
async function use(
  connection: Connection,
  { accessToken }: RevocableTokens,
): Promise<Pick<Probe, "outcome" | "retryAfter">> {
  if (accessToken === null) return { outcome: "expired_token", retryAfter: null };
  if (!connection.endpoints.MEMBER) return { outcome: "ok", retryAfter: null };
  return probe(connection, { accessToken, tokenSecret: null });
}

type Renewed = { kind: "renewed"; tokens: RevocableTokens };

/** Keeps the new tokens in the place of the old. @returns null without a refresh token */
async function renewQueued(
  claim: ClaimedRevocation,
  connection: Connection,
  { refreshToken: old }: RevocableTokens,
): Promise<Renewed | Exclude<RevocationVerdict, { kind: "revoked" }> | null> {
  if (old === null) return null;
  const refreshed = await refreshTokens(await refreshEndpointOf(connection), old);
  if (refreshed.kind === "refused") return refreshed;
  if (refreshed.kind !== "succeeded") return { kind: "unavailable", error: refreshed.error };
  const { accessToken, refreshToken } = refreshed.response.tokens;
  const tokens = { accessToken, refreshToken: refreshToken ?? old };
  await replaceQueued(claim, tokens);
  return { kind: "renewed", tokens };
}

import "server-only";
import { type ImportedMember, importedMember } from "@/lib/conversation/imported-tokens";
import { refreshEndpointOf } from "@/lib/conversation/issuers";
import { isPassing } from "@/lib/conversation/probe";
import { inTurn } from "@/lib/conversation/turn";
import { databaseNow } from "@/lib/db/clock";
import { OAuthError } from "@/lib/oauth/errors";
import { refreshTokens } from "@/lib/oauth/refresh";
import type { TokenSet } from "@/lib/oauth/tokens";
import type { Connection } from "@/lib/portals/connections";
import { tellOfPortal } from "../events/portals";
import { tokenHash } from "../tokens/held-tokens";
import { claimSpending, isBegun, keepArrived, putOff, type Spending } from "./spent";

/**
 * Whether tokens that a system of others has are worth anything: the portal is shown the access token. Where that has ended, the refresh
 * token is spent for another, once, and the portal is shown that one.
 */

export type Proof =
  /** `spending`: the refresh token was spent, and `tokens` are what came in its place. */
  | { kind: "proved"; tokens: TokenSet; member: ImportedMember; spending: Spending | null }
  | { kind: "refused"; reason: string; spending: Spending | null }
  | { kind: "unavailable"; reason: string; retryAfter: number };

/** Another process is at the same import, or has died at it. */
export const AT_IT = "import_under_way";

/** After an answer that says nothing, in seconds. */
const RETRY_SECONDS = 10;

/** What a portal says of a token, and a refresh token can help against. */
const ENDED: readonly string[] = ["invalid_token", "expired_token"];

export async function prove(connection: Connection, given: TokenSet): Promise<Proof> {
  const turn = await inTurn(connection, {
    ask: () => askPortal(connection, given),
    answerOf: ({ answer }) => answer,
    tell: tellOfPortal,
  });
  if (turn.kind === "asked") return turn.result.proof;
  return { kind: "unavailable", reason: turn.reason, retryAfter: turn.retryAfter };
}

type Asked = {
  proof: Proof;
  answer: { code: "ok" | OAuthError["code"]; retryAfter: number | null };
};

async function askPortal(connection: Connection, given: TokenSet): Promise<Asked> {
  const { refreshToken, expiresAt } = given;
  const hash = refreshToken === null ? null : tokenHash(connection, refreshToken);
  const hasEnded = expiresAt !== null && expiresAt <= (await databaseNow());
  if (hash === null || !(hasEnded || (await isBegun(hash)))) {
    const first = await shown(connection, given, null);
    const isOver = first.proof.kind === "refused" && ENDED.includes(first.proof.reason);
    if (hash === null || !isOver) return first;
  }
  return renewed(connection, given, hash);
}

/** Shows the portal an access token. */
async function shown(
  connection: Connection,
  tokens: TokenSet,
  spending: Spending | null,
): Promise<Asked> {
  try {
    const member = await importedMember(connection, tokens);
    const answer = { code: "ok", retryAfter: null } as const;
    return { proof: { kind: "proved", tokens, member, spending }, answer };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const { code, detail } = error;
    const answer = { code, retryAfter: detail.retryAfter ?? null };
    if (!isPassing(code)) return { proof: { kind: "refused", reason: code, spending }, answer };
    if (spending) await putOff(spending, true);
    return { proof: unavailable(error), answer };
  }
}

/** Spends the refresh token, unless that was done before, and shows the portal what came in its place. */
async function renewed(connection: Connection, given: TokenSet, hash: string): Promise<Asked> {
  const spending = await claimSpending(connection, hash);
  const ok = { code: "ok", retryAfter: null } as const;
  if (!spending) {
    return { proof: { kind: "unavailable", reason: AT_IT, retryAfter: 5 }, answer: ok };
  }
  if (spending.tokens) return shown(connection, spending.tokens, spending);
  const endpoint = await refreshEndpointOf(connection).catch(asFailure);
  if (endpoint instanceof OAuthError) {
    await putOff(spending, false);
    return { proof: unavailable(endpoint), answer: answerOf(endpoint) };
  }
  const outcome = await refreshTokens(endpoint, given.refreshToken ?? "");
  if (outcome.kind === "succeeded") {
    const { tokens } = outcome.response;
    const all = { ...tokens, refreshToken: tokens.refreshToken ?? given.refreshToken };
    await keepArrived(spending, all);
    return shown(connection, all, { ...spending, tokens: all });
  }
  const answer = answerOf(outcome.error);
  if (outcome.kind === "refused") {
    const reason = spending.isDoubtful ? "answer_lost" : outcome.error.code;
    return { proof: { kind: "refused", reason, spending }, answer };
  }
  await putOff(spending, outcome.kind === "unknown");
  return { proof: unavailable(outcome.error), answer };
}

function unavailable({ code, detail }: OAuthError): Proof {
  return { kind: "unavailable", reason: code, retryAfter: detail.retryAfter ?? RETRY_SECONDS };
}

function answerOf({ code, detail }: OAuthError): Asked["answer"] {
  return { code, retryAfter: detail.retryAfter ?? null };
}

function asFailure(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  throw error;
}

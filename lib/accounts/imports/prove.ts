import "server-only";
import { type ImportedMember, importedMember } from "@/lib/conversation/imported-tokens";
import { refreshEndpointOf } from "@/lib/conversation/issuers";
import { isPassing, probe } from "@/lib/conversation/probe";
import { inTurn } from "@/lib/conversation/turn";
import { OAuthError } from "@/lib/oauth/errors";
import { isUndeclaredRefusal, refreshTokens } from "@/lib/oauth/refresh";
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

/** For whom it is. */
type For = { clientId: string; externalId: string };

/** Another process is at the same import, or has died at it. */
export const AT_IT = "import_under_way";

/** After an answer that says nothing, in seconds. */
const RETRY_SECONDS = 10;

/** For one refresh, as for a link's own. */
const REFRESH_MS = 25_000;

/** What a portal says of a token, and a refresh token can help against. */
const ENDED: readonly string[] = ["invalid_token", "expired_token"];

/** What says nothing against the tokens: it is our registration, our settings, or our clock. */
const OURS: readonly string[] = ["invalid_client", "redirect_mismatch", "unverified"];

export async function prove(connection: Connection, given: TokenSet, whose: For): Promise<Proof> {
  const turn = await inTurn(connection, {
    ask: () => askPortal(connection, given, whose),
    answerOf: ({ answer }) => answer,
    tell: tellOfPortal,
  });
  if (turn.kind === "asked") return turn.result.proof;
  return { kind: "unavailable", reason: turn.reason, retryAfter: turn.retryAfter };
}

type Asked = {
  proof: Proof;
  /** What it tells of the portal; null where it was not asked. */
  answer: { code: "ok" | OAuthError["code"]; retryAfter: number | null } | null;
};

const OK = { code: "ok", retryAfter: null } as const;

async function askPortal(connection: Connection, given: TokenSet, whose: For): Promise<Asked> {
  const { refreshToken, expiresAt } = given;
  const hash = refreshToken === null ? null : tokenHash(connection, refreshToken);
  const hasEnded = expiresAt !== null && expiresAt <= new Date();
  if (hash === null || !(hasEnded || (await isBegun(hash)))) {
    const first = await shown(connection, given, null);
    const isOver = first.proof.kind === "refused" && ENDED.includes(first.proof.reason);
    if (hash === null || !isOver) return first;
  }
  const spending = await claimSpending(connection, hash, whose);
  if (!spending) {
    return { proof: { kind: "unavailable", reason: AT_IT, retryAfter: 5 }, answer: null };
  }
  return spending.tokens
    ? shown(connection, spending.tokens, spending)
    : renewed(connection, given, spending);
}

/** Shows the portal an access token. What has just come from the portal is not given up for less than its own word about the token. */
async function shown(
  connection: Connection,
  tokens: TokenSet,
  spending: Spending | null,
): Promise<Asked> {
  try {
    const member = await importedMember(connection, tokens);
    return { proof: { kind: "proved", tokens, member, spending }, answer: OK };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const reason = await reasonOf(connection, tokens, error);
    const answer = answerOf(error);
    const isFinal = ENDED.includes(reason) || (spending === null && !isOurs(reason));
    if (isFinal) return { proof: { kind: "refused", reason, spending }, answer };
    if (spending) await putOff(spending, true);
    return { proof: { ...unavailable(error), reason }, answer };
  }
}

function isOurs(reason: string) {
  return isPassing(reason) || OURS.includes(reason);
}

/** A signed request holds our time: where the clocks disagree, a refusal says nothing against the token. */
async function reasonOf(connection: Connection, tokens: TokenSet, { code }: OAuthError) {
  if (connection.portal.protocol !== "oauth1" || code !== "invalid_token") return code;
  const { outcome } = await probe(connection, tokens);
  return outcome === "ok" ? code : outcome;
}

/** Spends the refresh token, and shows the portal what comes in its place. */
async function renewed(
  connection: Connection,
  given: TokenSet,
  spending: Spending,
): Promise<Asked> {
  const endpoint = await refreshEndpointOf(connection).catch(asFailure);
  if (endpoint instanceof OAuthError) {
    await putOff(spending, false);
    return { proof: unavailable(endpoint), answer: answerOf(endpoint) };
  }
  const { refreshToken } = given;
  const outcome = await refreshTokens({ ...endpoint, deadline: REFRESH_MS }, refreshToken ?? "");
  if (outcome.kind === "succeeded") {
    const { tokens } = outcome.response;
    const all = { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
    const isOurs = await keepArrived(spending, connection, all);
    if (isOurs) return shown(connection, all, { ...spending, tokens: all });
    return { proof: { kind: "unavailable", reason: AT_IT, retryAfter: 5 }, answer: OK };
  }
  const { error } = outcome;
  const answer = answerOf(error);
  const refused = (reason: string): Asked => ({
    proof: { kind: "refused", reason, spending },
    answer,
  });
  if (outcome.kind === "refused") return refused(spending.isDoubtful ? "answer_lost" : error.code);
  // Sent twice without an answer: a third time could end all that the member has granted.
  if (outcome.kind === "unknown" && spending.isDoubtful) return refused("answer_lost");
  if (outcome.kind === "unavailable" && isUndeclaredRefusal(error)) return refused(error.code);
  await putOff(spending, outcome.kind === "unknown");
  return { proof: unavailable(error), answer };
}

function unavailable({ code, detail }: OAuthError): Extract<Proof, { kind: "unavailable" }> {
  return { kind: "unavailable", reason: code, retryAfter: detail.retryAfter ?? RETRY_SECONDS };
}

function answerOf({ code, detail }: OAuthError): Asked["answer"] {
  return { code, retryAfter: detail.retryAfter ?? null };
}

function asFailure(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  throw error;
}

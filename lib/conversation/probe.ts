import "server-only";
import { OAuthError, type OAuthErrorCode } from "@/lib/oauth/errors";
import type { TokenSet } from "@/lib/oauth/tokens";
import { type Answer, send } from "@/lib/oauth/transport";
import { addressOf, type Connection } from "@/lib/portals/connections";
import { log } from "@/lib/process/log";
import { requestHeaders } from "./headers";
import { isTrouble } from "./health";
import { readRecord } from "./member";

/** Clocks that are further apart are worth a word; portals that want requests signed allow about as much. */
const MOST_SECONDS_APART = 60;

/** The outcome of a renewal that the portal has refused in words that nothing declares: it is tried again for a day. */
export const REFUSED_FOR_NOW = "refused_for_now";

/** What a portal made of a token. */
export type Probe = {
  outcome: "ok" | OAuthErrorCode;
  /** Of `Retry-After`, in seconds. */
  retryAfter: number | null;
  /** By how many seconds the portal's clock is ahead of ours, where it is too many to ignore. */
  clockAhead: number | null;
};

/** Shows a token to its portal, in the cheapest read that is documented. Never throws for what a portal can do. */
export async function probe(
  connection: Connection,
  tokens: Pick<TokenSet, "accessToken" | "tokenSecret">,
): Promise<Probe> {
  const url = addressOf(connection, "MEMBER");
  const headers = requestHeaders(connection, tokens, { method: "GET", url });
  let answer: Answer | null = null;
  try {
    answer = await send({ url, headers });
    readRecord(connection, answer);
    return { outcome: "ok", retryAfter: null, clockAhead: clockAhead(connection, answer) };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const ahead = answer && clockAhead(connection, answer);
    const outcome = outcomeOf(connection, error, ahead);
    return { outcome, retryAfter: error.detail.retryAfter ?? null, clockAhead: ahead };
  }
}

/** A signed request holds our time: where the clocks disagree, a refusal says nothing against the token. */
function outcomeOf({ portal }: Connection, { code }: OAuthError, ahead: number | null) {
  const signed = portal.protocol === "oauth1";
  return signed && code === "invalid_token" && ahead !== null ? "clock_skewed" : code;
}

/** RFC 9110 section 6.6.1. */
function clockAhead({ id }: Connection, { headers }: Answer): number | null {
  const theirs = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(theirs)) return null;
  const seconds = Math.round((theirs - Date.now()) / 1000);
  if (Math.abs(seconds) <= MOST_SECONDS_APART) return null;
  log("warn", "clock.skewed", { connection: id, portalAheadSeconds: seconds });
  return seconds;
}

/** Whether an outcome says nothing against a link: its portal, the way there or a clock is what failed. */
export function isPassing(outcome: string) {
  return isTrouble(outcome) || outcome === "clock_skewed" || outcome === REFUSED_FOR_NOW;
}

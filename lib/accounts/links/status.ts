import "server-only";
import { isPassing } from "@/lib/conversation/probe";
import type { Connection } from "@/lib/portals/connections";
import { decideOnToken, type LinkState, refreshTokenEnd } from "../refresh/fresh-token";
import { stateColumns } from "../statements";
import type { LinkStatus } from "./linked-portal";

/** What has to be read of a link to tell how it is. */
export const statusColumns = { ...stateColumns, checkedAt: true } as const;

type StatusRow = LinkState & { checkedAt: Date | null };

/**
 * When the portal last answered a call with the link's tokens, or null where it was never asked. A refresh that succeeds is
 * such a call, and writes `tokensAt` alone.
 */
export function lastCallOf({
  checkedAt,
  checkOutcome,
  tokensAt,
}: Pick<StatusRow, "checkedAt" | "checkOutcome" | "tokensAt">): Date | null {
  if (checkOutcome === null) return null;
  return tokensAt && (!checkedAt || tokensAt > checkedAt) ? tokensAt : checkedAt;
}

/**
 * The outcome and the time of the last real call to the portal, and what has become of the tokens since. A link that was
 * never tried is not called working.
 * @param connection where its tokens may be used; null when that is nowhere now
 */
export function statusOf(row: StatusRow, connection: Connection | null, now: Date): LinkStatus {
  const { checkOutcome } = row;
  const checkedAt = lastCallOf(row);
  if (!checkedAt || !checkOutcome) return { state: "unknown" };
  const next = connection && decideOnToken(row, connection, { minTtl: 0 }, now);
  if (next?.kind === "reconnect_needed") return { state: "broken", reason: next.reason, checkedAt };
  if (checkOutcome !== "ok") {
    const state = isPassing(checkOutcome) ? "stale" : "broken";
    return { state, reason: checkOutcome, checkedAt };
  }
  if (next?.kind === "refresh") return { state: "stale", reason: "expired_token", checkedAt };
  return { state: "connected", checkedAt };
}

/**
 * By when the member has to be asked again, where that is known: the end of the refresh token, or of an access token that
 * nothing renews.
 */
export function consentByOf(row: LinkState, connection: Connection): Date | null {
  const { expires_at, refresh_token } = row;
  if (refresh_token !== null) return refreshTokenEnd(row, connection);
  return expires_at === null ? null : new Date(expires_at * 1000);
}

import "server-only";
import { findConnection } from "@/lib/conversation/configuration";
import type { LeftAlone } from "@/lib/conversation/turn";
import { noticingAbsence } from "@/lib/db/absence";
import { databaseNow } from "@/lib/db/clock";
import type { TokenSet } from "@/lib/oauth/tokens";
import type { Connection } from "@/lib/portals/connections";
import type { stateColumns } from "../statements";
import {
  connectionOf,
  isOfAnotherRegistration,
  type LinkRow,
  openTokens,
  type ReadLink,
  readLink,
} from "../tokens/link-tokens";
import { refreshOnce } from "./refresh";

/** What a caller wants of an access token. */
export type TokenOptions = {
  /** Seconds it should live on at least, if the portal gives as much. */
  minTtl?: number;
  /** The token set that the portal has just refused; a newer one will do. */
  rejectedGeneration?: number | null;
  /** Whether a token that is good is refreshed all the same when the refresh token beside it nears its end. */
  keepAlive?: boolean;
};

export type FreshToken =
  | {
      kind: "fresh";
      link: LinkRow;
      connection: Connection;
      tokens: Pick<TokenSet, "accessToken" | "tokenSecret">;
    }
  /** Waiting does not help: the member has to connect again, or link elsewhere. */
  | { kind: "reconnect_needed"; link: LinkRow; reason: string }
  /** Nothing is wrong with the link; try again, after so many seconds where that is known. */
  | {
      kind: "portal_unavailable";
      link: LinkRow;
      reason: string;
      retryAfter: number | null;
      /** Set where the portal is left alone by all who would ask it. */
      leftAlone?: true;
    };

/** Long enough for another process's refresh to come to its end, or for its lease to run out and ours to begin. */
const PATIENCE_MS = 75_000;

const DEFAULT_MIN_TTL_SECONDS = 60;

/** A refresh token that has lived so much of its life nears its end: that leaves months or weeks to refresh it. */
const NEAR_ITS_END = 2 / 3;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A usable access token for a link: at once when it is good, otherwise after exactly one refresh, however many callers,
 * processes and machines ask.
 * @param read how the caller reads the link; nothing is done for one who may not know of it
 * @returns null when the caller finds no such link
 */
export async function freshToken(
  id: string,
  wish: TokenOptions = {},
  read: ReadLink = readLink,
): Promise<FreshToken | null> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const link = await noticingAbsence(() => read(id));
    if (!link) return null;
    const connection = connectionOf(link);
    if (!connection) return unusable(link);
    const next = decideOnToken(link, connection, wish, await databaseNow());
    if (next.kind === "use") return fresh(link, connection);
    if (next.kind !== "refresh") return { ...next, link };
    if (Date.now() > deadline) return unavailable(link, "timed_out");
    const leftAlone = await refreshOnce(link, connection);
    if (leftAlone) return asItStands(link, connection, wish, leftAlone);
  }
}

/** While the portal is left alone: a token that lives on for less than was wished for is better than none. */
async function asItStands(
  link: LinkRow,
  connection: Connection,
  wish: TokenOptions,
  { reason, retryAfter }: LeftAlone,
): Promise<FreshToken> {
  const now = await databaseNow();
  const modest = { ...wish, minTtl: 0, keepAlive: false };
  const isUsable = decideOnToken(link, connection, modest, now).kind === "use";
  if (isUsable) return fresh(link, connection);
  return { kind: "portal_unavailable", link, reason, retryAfter, leftAlone: true };
}

type TokenDecision =
  | { kind: "use" }
  | { kind: "refresh" }
  | { kind: "reconnect_needed"; reason: string }
  | { kind: "portal_unavailable"; reason: string; retryAfter: number | null };

/** What has to be known of a link to tell what it allows. */
export type LinkState = Pick<LinkRow, keyof typeof stateColumns>;

/**
 * What a link as it stands allows; pure, but for the time it is given.
 * @param now by the database's clock
 */
export function decideOnToken(
  link: LinkState,
  connection: Connection,
  { minTtl = DEFAULT_MIN_TTL_SECONDS, rejectedGeneration = null, keepAlive = false }: TokenOptions,
  now: Date,
): TokenDecision {
  if (link.reconnectReason) {
    return { kind: "reconnect_needed", reason: link.reconnectReason };
  }
  const left = secondsLeft(link, now);
  const usable = link.generation !== rejectedGeneration && left > 0;
  const isEnough = left >= Math.min(minTtl, mostToHopeFor(link));
  const isAging = keepAlive && nearsItsEnd(link, connection, now);
  if (usable && isEnough && !isAging) return { kind: "use" };

  if (link.refresh_token === null) {
    if (usable) return { kind: "use" };
    return { kind: "reconnect_needed", reason: left > 0 ? "invalid_token" : "expired_token" };
  }
  if (isOfAnotherRegistration(link, connection)) {
    return usable ? { kind: "use" } : { kind: "reconnect_needed", reason: "other_client" };
  }
  if (link.retryAt && link.retryAt > now) {
    if (usable) return { kind: "use" };
    const retryAfter = Math.ceil((link.retryAt.getTime() - now.getTime()) / 1000);
    return { kind: "portal_unavailable", reason: link.checkOutcome ?? "failing", retryAfter };
  }
  return { kind: "refresh" };
}

/** When a link's refresh token ends, where the portal says how long one is good; each refresh brings a new one. */
export function refreshTokenEnd(
  { refresh_token, tokensAt }: LinkState,
  connection: Connection,
): Date | null {
  const life = refreshTokenLife(connection);
  if (refresh_token === null || tokensAt === null || life === null) return null;
  return new Date(tokensAt.getTime() + life);
}

/** Whether a link that is not refreshed for much longer could only be mended by its member. */
export function nearsItsEnd(link: LinkState, connection: Connection, now: Date): boolean {
  const end = refreshTokenEnd(link, connection);
  const left = (refreshTokenLife(connection) ?? 0) * (1 - NEAR_ITS_END);
  return end !== null && end.getTime() - now.getTime() < left;
}

function refreshTokenLife({ portal }: Connection): number | null {
  const days = portal.protocol === "oauth1" ? undefined : portal.refreshTokenDays;
  return days === undefined ? null : days * DAY_MS;
}

/** Infinite where the portal names no end. */
function secondsLeft({ expires_at }: LinkState, now: Date) {
  return expires_at === null ? Number.POSITIVE_INFINITY : expires_at - now.getTime() / 1000;
}

/** A caller who wants more than a portal ever gives is served half a lifetime: otherwise each call would be a refresh. */
function mostToHopeFor({ expires_at, tokensAt }: LinkState) {
  if (expires_at === null || tokensAt === null) return Number.POSITIVE_INFINITY;
  return (expires_at - tokensAt.getTime() / 1000) / 2;
}

async function fresh(link: LinkRow, connection: Connection): Promise<FreshToken> {
  return { kind: "fresh", link, connection, tokens: await openTokens(link) };
}

/** Its connection is gone here, or is of another environment now: waiting does not help, linking anew may. */
function unusable(link: LinkRow): FreshToken {
  const reason = findConnection(link.provider) ? "other_environment" : "not_offered";
  return { kind: "reconnect_needed", link, reason };
}

function unavailable(link: LinkRow, reason: string): FreshToken {
  return { kind: "portal_unavailable", link, reason, retryAfter: null };
}

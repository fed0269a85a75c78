import "server-only";
import { connections, findConnection } from "@/lib/conversation/configuration";
import { isTrouble, keyOf, restingPortals } from "@/lib/conversation/health";
import { canRevoke } from "@/lib/conversation/revocability";
import { inTurn } from "@/lib/conversation/turn";
import { databaseNow } from "@/lib/db/clock";
import { database } from "@/lib/db/database";
import type { RevocationVerdict } from "@/lib/oauth/revocation";
import type { Connection } from "@/lib/portals/connections";
import { waitAtMost } from "@/lib/process/background";
import { inParallel } from "@/lib/process/in-parallel";
import { log, traceOf } from "@/lib/process/log";
import { tellOfPortal } from "../events/portals";
import { VaultError } from "../tokens/vault";
import { askToRevoke } from "./ask-portal";
import {
  type ClaimedRevocation,
  claimRevocation,
  dueRevocations,
  endRevocation,
  openQueued,
  postponeRevocation,
} from "./claim";
import { isInUse, keptUntil } from "./queue";

/** How long a page waits for a portal; the try goes on behind it. */
const PATIENCE_MS = 3_000;

/** Of all that are due. */
const AT_ONCE = 4;

/**
 * Tries rows that have just been queued. Resolves when they have been tried, or after three seconds; never throws, since
 * what is queued is tried again.
 */
export async function revokeSoon(ids: readonly (string | null)[]): Promise<void> {
  const mine = ids.filter((id) => id !== null);
  await waitAtMost(PATIENCE_MS, Promise.all(mine.map(tryQuietly)));
}

/** Tries everything that is due, the oldest first. @returns how many rows were tried; none of a portal that is left alone */
export async function retryDue(limit = 20): Promise<number> {
  try {
    const due = await dueRevocations(limit, await restingConnections());
    let tried = 0;
    await inParallel(due, AT_ONCE, async (id) => {
      if (await tryQuietly(id)) tried += 1;
    });
    return tried;
  } catch (error) {
    log("error", "revocation.not_tried", traceOf(error));
    return 0;
  }
}

/** Connections whose portals are left alone now. */
async function restingConnections(): Promise<string[]> {
  const resting = await restingPortals();
  return connections()
    .filter((connection) => {
      const { portal, environment } = keyOf(connection);
      return resting.some((each) => each.portal === portal && each.environment === environment);
    })
    .map(({ id }) => id);
}

async function tryQuietly(id: string): Promise<boolean> {
  try {
    return await tryRevocation(id);
  } catch (error) {
    log("error", "revocation.not_tried", { revocation: id, ...traceOf(error) });
    return true;
  }
}

/**
 * Asks the portal once more, if it is this row's time, the portal's turn, and no other process is at it.
 * @returns whether it was this row's and the portal's time
 */
async function tryRevocation(id: string): Promise<boolean> {
  const db = await database();
  const row = await db.revocation.findUnique({ where: { id }, select: queuedColumns });
  if (!row || row.outcome !== null) return false;
  const connection = connectionFor(row);
  if (typeof connection === "string" || isOver(row, await databaseNow())) {
    return withoutPortal(id, typeof connection === "string" ? connection : "not_offered");
  }
  // Claimed in the turn: a claim does not last as long as a turn may be waited for.
  const turn = await inTurn(connection, {
    ask: () => claimAndAsk(id, connection),
    answerOf,
    tell: tellOfPortal,
  });
  return turn.kind === "asked" && turn.result !== null;
}

const queuedColumns = {
  connection: true,
  environment: true,
  clientId: true,
  createdAt: true,
  outcome: true,
} as const;

function isOver(row: { createdAt: Date }, now: Date) {
  return keptUntil(row) < now;
}

/** Destroys what has waited for too long, and puts off what has nowhere to go. */
async function withoutPortal(id: string, reason: string): Promise<boolean> {
  const claim = await claimRevocation(id);
  if (!claim) return false;
  if (claim.overdue) await endRevocation(claim, { outcome: "gave_up", reason: "too_late" });
  else await postponeRevocation(claim, reason, null);
  return true;
}

/** @returns what the portal has said; null when it was not asked, "nothing" when there was nothing to ask */
async function claimAndAsk(
  id: string,
  connection: Connection,
): Promise<RevocationVerdict | "nothing" | null> {
  const claim = await claimRevocation(id);
  if (!claim) return null;
  if (await isInUse(await database(), claim, await openQueued(claim).catch(unopened))) {
    await endRevocation(claim, { outcome: "not_needed", reason: "linked_again" });
    return "nothing";
  }
  const verdict = await askToRevoke(claim, connection);
  await note(claim, verdict);
  return verdict;
}

function note(claim: ClaimedRevocation, verdict: RevocationVerdict): Promise<void> {
  switch (verdict.kind) {
    case "revoked":
      return endRevocation(claim, { outcome: "revoked", reason: null });
    case "refused":
      return endRevocation(claim, { outcome: "refused", reason: verdict.error.code });
    case "unavailable": {
      const { code, detail } = verdict.error;
      return postponeRevocation(claim, code, detail.retryAfter ?? null);
    }
  }
}

/** What a verdict tells of its portal; null where the portal itself has said nothing. */
function answerOf(verdict: RevocationVerdict | "nothing" | null) {
  if (verdict === null || verdict === "nothing") return null;
  if (verdict.kind === "revoked") return { code: "ok", retryAfter: null } as const;
  const { code, detail } = verdict.error;
  const wasAsked = detail.status !== undefined || isTrouble(code);
  return wasAsked ? { code, retryAfter: detail.retryAfter ?? null } : null;
}

/** The connection that the tokens may be shown to; why there is none now, otherwise. It may be set up again. */
function connectionFor({
  connection: id,
  environment,
  clientId,
}: Pick<ClaimedRevocation, "connection" | "environment" | "clientId">) {
  const connection = findConnection(id);
  if (connection?.environment !== environment) return "not_offered";
  if (!canRevoke(id)) return "not_offered";
  if (clientId !== null && clientId !== connection.registration.id) return "other_client";
  return connection;
}

function unopened(error: unknown) {
  if (error instanceof VaultError) return null;
  throw error;
}

/** What a user is told about links that they have removed. */
export type RecentRevocation = {
  /** The id that the link had. */
  link: string;
  connection: string;
  outcome: "waiting" | "revoked" | "refused" | "not_needed" | "gave_up";
  /** Of the last try, by its code. */
  reason: string | null;
  /** When the link was removed, and when the portal's part ended. */
  unlinkedAt: Date;
  endedAt: Date | null;
};

const RECENT_DAYS = 14;

/** A user's links of the last two weeks that are gone, newest first, with what their portals have said to it. */
export async function recentRevocations(
  user: { id: string },
  now = new Date(),
): Promise<RecentRevocation[]> {
  const db = await database();
  const since = new Date(now.getTime() - RECENT_DAYS * 24 * 60 * 60 * 1000);
  const rows = await db.revocation.findMany({
    where: { userId: user.id, accountId: { not: null }, createdAt: { gte: since } },
    orderBy: [{ createdAt: "desc" }, { id: "asc" }],
    take: 50,
    select: {
      accountId: true,
      connection: true,
      outcome: true,
      reason: true,
      createdAt: true,
      endedAt: true,
    },
  });
  const seen = new Set<string>();
  return rows.flatMap(({ accountId, connection, outcome, reason, createdAt, endedAt }) => {
    if (accountId === null || seen.has(accountId)) return []; // tokens that a refresh brought too late are the same link's
    seen.add(accountId);
    const known = outcomes.find((each) => each === outcome) ?? "waiting";
    return [
      { link: accountId, connection, outcome: known, reason, unlinkedAt: createdAt, endedAt },
    ];
  });
}

const outcomes = ["revoked", "refused", "not_needed", "gave_up"] as const;

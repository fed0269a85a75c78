import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { findConnection } from "@/lib/conversation/configuration";
import { removalAt } from "@/lib/conversation/revocability";
import { database } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import { settings } from "@/lib/env";
import { nameOf } from "@/lib/portals/connections";
import { endSessionsOf } from "../connect/ends";
import { dropImportsOf } from "../imports/spent";
import { endGrants } from "../links/grants";
import { deleteAccount } from "../links/unlink";
import { keptUntil } from "../revocation/queue";
import { retryDue, revokeSoon } from "../revocation/revocations";
import { lockClientUsersOf } from "../tokens/locks";

/** Removes a user at the word of an operator, and says in a receipt what became of everything. */

/** What became of a link's tokens at its portal. */
type Upstream =
  | { outcome: "revoked" | "refused" | "gave_up" | "not_needed"; at: Date | null }
  /** The portal is asked again until then; after that the tokens are destroyed here. */
  | { outcome: "pending"; until: Date; tries: number }
  /** The portal has no way for us. The member can do it there. */
  | { outcome: "not_supported"; page: string | null; home: string | null }
  /** The tokens did not open, or another link lives on the same authorization. */
  | { outcome: "not_asked" };

export type Receipt = {
  format: "portico-erasure";
  version: 1;
  user: string;
  erasedAt: Date;
  /** Under which the audit events of the erasure are found. */
  reference: string;
  /** The receipt tells what was known then. */
  asOf: Date;
  links: { link: string | null; connection: string; upstream: Upstream }[];
  /** Whether there is nothing left to wait for. */
  final: boolean;
  kept: { what: string; rows: number; why: string }[];
};

const POLL_MS = 500;

/**
 * Removes a user through the very functions that the pages use, and waits a while for the portals.
 * @returns whether there was such a user
 */
export async function eraseUser(id: string, reference: string, waitMs: number): Promise<boolean> {
  const db = await database();
  if (!(await db.user.findUnique({ where: { id }, select: { id: true } }))) return false;
  const dropped = await endAtClients(id, reference);
  const revocations = await deleteAccount({ id }, reference, "system");
  await revokeSoon([...dropped, ...(revocations ?? [])]);
  if (revocations === null) return false;
  for (const deadline = Date.now() + waitMs; Date.now() < deadline; await sleep(POLL_MS)) {
    if (!(await isBeingAsked(id))) break;
    await retryDue();
  }
  return true;
}

/** Nothing goes on for this user at clients who have brought them here. @returns what portals are to be asked */
function endAtClients(userId: string, reference: string): Promise<string[]> {
  return transaction(async (tx) => {
    const known = await tx.clientUser.findMany({ where: { userId } });
    const dropped: string[] = [];
    for (const { clientId, externalId } of known) {
      dropped.push(...(await endSessionsOf(tx, { clientId, externalId })).dropped);
      dropped.push(...(await dropImportsOf(tx, { clientId, externalId })));
    }
    for (const clientUser of await lockClientUsersOf(tx, userId)) {
      await endGrants(tx, clientUser, { actor: "system", reference });
      await tx.clientUser.deleteMany({ where: clientUser });
    }
    return dropped;
  });
}

/** Whether a portal is being asked right now, or can be. What rests until later is not waited for. */
async function isBeingAsked(userId: string) {
  const db = await database();
  const now = new Date();
  const open = await db.revocation.count({
    where: {
      userId,
      outcome: null,
      OR: [{ nextTryAt: { lte: now } }, { leaseUntil: { gt: now } }],
    },
  });
  return open > 0;
}

/**
 * The receipt of an erasure, as of now: what was pending then may have ended since.
 * @returns null when no user of that id was ever removed here
 */
export async function receiptOf(userId: string, now: Date): Promise<Receipt | null> {
  const db = await database();
  const erasure = await db.auditEvent.findFirst({
    where: { userId, action: "delete_account" },
    orderBy: { id: "desc" },
    select: { at: true, requestId: true },
  });
  if (!erasure) return null;
  const { requestId: reference, at: erasedAt } = erasure;
  return receiptFor({ userId, reference, erasedAt }, now);
}

type Erased = {
  userId: string;
  reference: string;
  erasedAt: Date;
  /** What was queued beside the user's own: tokens that no link has had. */
  revocations?: readonly string[];
};

/** The receipt of what was removed of a user under a reference, as of now. */
export async function receiptFor(
  { userId, reference, erasedAt, revocations = [] }: Erased,
  now: Date,
): Promise<Receipt> {
  const db = await database();
  const events = await db.auditEvent.findMany({
    where: { userId, OR: [{ requestId: reference }, { action: "revoke" }] },
    orderBy: { id: "asc" },
    select: { at: true, action: true, outcome: true, accountId: true, connection: true },
  });
  const queue = await db.revocation.findMany({
    where: { OR: [{ userId }, { id: { in: [...revocations] } }] },
    orderBy: { createdAt: "asc" },
  });
  const links = linksOf(events, queue);
  const { keepDays } = settings();
  return {
    format: "portico-erasure",
    version: 1,
    user: userId,
    erasedAt,
    reference,
    asOf: now,
    links,
    final: links.every(({ upstream }) => upstream.outcome !== "pending"),
    kept: [
      {
        what: "audit events",
        rows: await db.auditEvent.count({ where: { userId } }),
        why: `They say who had access to what, and when. They hold our ids and words from closed lists: no name, no address, no token, nothing that a portal told about the member. They are removed ${keepDays.erased} days after the erasure, those about single vends and refreshes when they are ${keepDays.vends} days old.`,
      },
      {
        what: "events that back ends are told",
        rows: await db.event.count({ where: { accountId: { in: linkIdsOf(links) } } }),
        why: `They tell the systems that could use the links what became of them. They hold our ids, words from closed lists, and a system's own id of its user. They are removed when they are ${keepDays.events} days old.`,
      },
      {
        what: "the queue of revocations",
        rows: queue.length,
        why: `Until a portal has answered, a row holds the encrypted tokens that it is to revoke and its id of the member; with the answer, or after seven days, both are destroyed. What stays says how it ended, and is removed ${keepDays.revocations} days later.`,
      },
    ],
  };
}

function linkIdsOf(links: Receipt["links"]) {
  return links.flatMap(({ link }) => (link === null ? [] : [link]));
}

type Event = {
  at: Date;
  action: string;
  outcome: string;
  accountId: string | null;
  connection: string | null;
};

type Queued = {
  accountId: string | null;
  connection: string;
  createdAt: Date;
  tries: number;
  outcome: string | null;
  endedAt: Date | null;
};

/** The links that the erasure removed, and after them what else of the user's still waits for a portal. */
function linksOf(events: Event[], queue: Queued[]): Receipt["links"] {
  const removed = events
    .filter(({ action }) => action === "unlink")
    .map(({ accountId: link, connection }) => {
      const queued = queue.filter(({ accountId }) => accountId === link);
      const open = queued.find(({ outcome }) => outcome === null) ?? queued.at(-1);
      const told = events.findLast((each) => each.action === "revoke" && each.accountId === link);
      const upstream = open ? queuedOutcome(open) : told ? toldOutcome(told) : notAsked;
      return { link, connection: connection ?? "", upstream };
    });
  const known = new Set(removed.map(({ link }) => link));
  const earlier = queue
    .filter(({ outcome, accountId }) => outcome === null && !known.has(accountId))
    .map((row) => ({
      link: row.accountId,
      connection: row.connection,
      upstream: queuedOutcome(row),
    }));
  return [...removed, ...earlier];
}

const notAsked: Upstream = { outcome: "not_asked" };

function queuedOutcome(row: Queued): Upstream {
  const outcome = ended.find((each) => each === row.outcome);
  if (outcome) return { outcome, at: row.endedAt };
  return { outcome: "pending", until: keptUntil(row), tries: row.tries };
}

/** As the record of what happened has it: it is kept for longer than the queue. */
function toldOutcome({ at, outcome: word, connection }: Event): Upstream {
  const outcome = ended.find((each) => each === word);
  return outcome ? { outcome, at } : atPortal(connection);
}

const ended = ["revoked", "refused", "gave_up", "not_needed"] as const;

function atPortal(connection: string | null): Upstream {
  const removal = connection === null ? null : removalAt(connection);
  return { outcome: "not_supported", page: removal?.page ?? null, home: homeOf(connection) };
}

/** "your Flexmls dashboard" */
function homeOf(connectionId: string | null): string | null {
  const connection = connectionId === null ? null : findConnection(connectionId);
  return connection && `your ${nameOf(connection)} ${places[connection.portal.home]}`;
}

const places = { account: "account", dashboard: "dashboard", signInPage: "sign-in page" };

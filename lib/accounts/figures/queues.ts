import "server-only";
import { z } from "zod";
import { type Database, database } from "@/lib/db/database";
import { table } from "@/lib/db/tables";
import { OPERATOR } from "../events/record";
import { RENEWED_AT_MOST_SECONDS } from "../refresh/claim";
import type { QueueFigures } from "./shape";

/** What waits, and for how long. Each is found by an index that ends where what waits does, or is a table that is always short. */

/** No more than so many events of a reader are counted: one who never asks has all that were kept. */
const MOST_EVENTS = 10_000;

export async function queueFigures(now: Date): Promise<QueueFigures> {
  const db = await database();
  const { waiting, retried, oldest, failed } = await revocations(db, now);
  const { underWay, leftOpen } = await openRefreshes(db, now);
  const others = await otherQueues(db, now);
  return {
    revocations: { waiting, retried, oldest_at: iso(oldest), failed_last_day: failed },
    refreshes: { under_way: underWay, left_open: leftOpen },
    events: (await unfetchedEvents(db)).map(({ reader, events, oldest, fetched }) => ({
      client: reader === OPERATOR ? null : reader,
      waiting: events,
      oldest_at: iso(oldest),
      has_fetched: fetched,
    })),
    connect_sessions: { open: others.sessions },
    lost_codes: { waiting: others.codes },
    imports: { under_way: others.imports },
    watch: { seconds_behind: behind(others.next, now) },
  };
}

const Revocations = z.tuple([
  z.object({
    waiting: z.coerce.number(),
    retried: z.coerce.number(),
    oldest: z.date().nullable(),
    failed: z.coerce.number(),
  }),
]);

/** A row that has ended has no next try. */
async function revocations(db: Database, now: Date) {
  const queue = table(db, "Revocation");
  const rows = await db.$queryRaw`
    SELECT count(*) AS waiting, count(*) FILTER (WHERE tries > 0) AS retried, min("createdAt") AS oldest,
      (SELECT count(*) FROM ${queue} WHERE outcome IN ('refused', 'gave_up')
        AND "endedAt" > ${now.toISOString()}::timestamptz - interval '1 day') AS failed
    FROM ${queue} WHERE "nextTryAt" IS NOT NULL`;
  return Revocations.parse(rows)[0];
}

const Open = z.tuple([z.object({ underWay: z.coerce.number(), leftOpen: z.coerce.number() })]);

/** One that is open for longer than a lease is ever held is no one's. */
async function openRefreshes(db: Database, now: Date) {
  const rows = await db.$queryRaw`
    SELECT count(*) FILTER (WHERE is_young) AS "underWay", count(*) FILTER (WHERE NOT is_young) AS "leftOpen"
    FROM (
      SELECT "startedAt" > ${now.toISOString()}::timestamptz - make_interval(secs => ${RENEWED_AT_MOST_SECONDS}::int) AS is_young
      FROM ${table(db, "RefreshAttempt")} WHERE outcome IS NULL) AS open`;
  return Open.parse(rows)[0];
}

const Unfetched = z.array(
  z.object({
    reader: z.string(),
    events: z.coerce.number(),
    oldest: z.date().nullable(),
    fetched: z.boolean(),
  }),
);

/** An event has a place from the moment on in which its reader fetches it. */
async function unfetchedEvents(db: Database) {
  const events = table(db, "Event");
  const rows = await db.$queryRaw`
    SELECT reader,
      (SELECT count(*) FROM (
        SELECT FROM ${events} AS event WHERE event.reader = readers.reader AND position IS NULL
        LIMIT ${MOST_EVENTS}::int) AS few) AS events,
      (SELECT at FROM ${events} AS event WHERE event.reader = readers.reader AND position IS NULL
        ORDER BY id LIMIT 1) AS oldest,
      coalesce((SELECT last FROM ${table(db, "EventPosition")} AS place WHERE place.reader = readers.reader), 0) > 0 AS fetched
    FROM (SELECT ${OPERATOR}::text AS reader UNION ALL SELECT id FROM ${table(db, "Client")}) AS readers
    ORDER BY reader`;
  return Unfetched.parse(rows);
}

const Others = z.tuple([
  z.object({
    sessions: z.coerce.number(),
    codes: z.coerce.number(),
    imports: z.coerce.number(),
    next: z.date().nullable(),
  }),
]);

async function otherQueues(db: Database, now: Date) {
  const moment = now.toISOString();
  const rows = await db.$queryRaw`
    SELECT
      (SELECT count(*) FROM ${table(db, "ConnectSession")} WHERE "expiresAt" > ${moment}::timestamptz) AS sessions,
      (SELECT count(*) FROM ${table(db, "CodeExchange")} WHERE "nextTryAt" <= ${moment}::timestamptz) AS codes,
      (SELECT count(*) FROM ${table(db, "TokenImport")}) AS imports,
      (SELECT min("lookAt") FROM ${table(db, "Account")}) AS next`;
  return Others.parse(rows)[0];
}

function behind(next: Date | null, now: Date) {
  return Math.max(0, Math.round((now.getTime() - (next ?? now).getTime()) / 1000));
}

function iso(moment: Date | null) {
  return moment?.toISOString() ?? null;
}

import "server-only";
import { z } from "zod";
import { type Database, database } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import { settings } from "@/lib/env";

/**
 * What grows and is not kept for ever: a rule for each kind of row. What a user did, and what broke a link, is under none of
 * them: it stays as long as the account, and `erased` days longer.
 */

export type Rule = {
  /** In the words of the table that `npm run tidy` prints. */
  what: string;
  /** Begins to remove what this rule is about. Each call removes a batch; when nothing is left it returns null. */
  begin(batch: number): () => Promise<number | null>;
};

/** How many rows a statement removed; nothing, and there is nothing left. */
function untilNothing(remove: (db: Database) => Promise<number>) {
  return async () => (await remove(await database())) || null;
}

/** A moment so many days ago, by the database's clock. */
const ago = (days: number) => Prisma.sql`now() - make_interval(days => ${days}::int)`;

/** The condition of `AuditEvent_passing_idx`, word for word. */
const passing = Prisma.sql`(action = 'vend' OR (action = 'refresh' AND outcome <> 'refused'))`;

/** The condition of `AuditEvent_gone_idx`: a user ended there. */
const gone = Prisma.sql`action IN ('delete_account', 'moved_away')`;

type Expiring = {
  what: string;
  name: Prisma.ModelName;
  key: string;
  /** What is over, and by what column an index finds it first. */
  over: () => Prisma.Sql;
  since: string;
};

/** Rows of one table that go by a moment of their own. What another process is removing is left to it. */
function expiring({ what, name, key: column, over, since }: Expiring): Rule {
  const key = Prisma.raw(`"${column}"`);
  return {
    what,
    begin: (batch) =>
      untilNothing(
        (db) => db.$executeRaw`
          DELETE FROM ${table(db, name)} WHERE ${key} = ANY(ARRAY(
            SELECT ${key} FROM ${table(db, name)} WHERE ${over()}
            ORDER BY ${Prisma.raw(`"${since}"`)} LIMIT ${batch}::int FOR UPDATE SKIP LOCKED))`,
      ),
  };
}

const passingEvents = expiring({
  what: "vends and refreshes in the record",
  name: "AuditEvent",
  key: "id",
  over: () => Prisma.sql`${passing} AND at < ${ago(settings().keepDays.vends)}`,
  since: "at",
});

/** The rows that say that a user ended are the last of the user's: they are how the others are found. */
const eventsOfTheGone: Rule = {
  what: "the record of users who are gone",
  begin: (batch) =>
    untilNothing(
      (db) => db.$executeRaw`
        DELETE FROM ${table(db, "AuditEvent")} WHERE id = ANY(ARRAY(
          SELECT id FROM ${table(db, "AuditEvent")} WHERE "userId" = (
            SELECT "userId" FROM ${table(db, "AuditEvent")} AS mark
            WHERE ${gone} AND at < ${ago(settings().keepDays.erased)}
              AND NOT EXISTS (SELECT FROM ${table(db, "User")} WHERE id = mark."userId")
            ORDER BY at LIMIT 1)
          ORDER BY ${gone}, id LIMIT ${batch}::int))`,
    ),
};

const Looked = z.tuple([
  z.object({ last: z.bigint().nullable(), looked: z.coerce.number(), removed: z.coerce.number() }),
]);

/**
 * Closed rows about tokens that a link no longer has. Those about the present ones stay: they decide what may be asked. The
 * journal is read in its own order, which is that of time, so this needs no index of its own.
 */
const journal: Rule = {
  what: "closed rows of the journal",
  begin: (batch) => {
    let after: bigint | null = 0n;
    return async () => {
      if (after === null) return null;
      const db = await database();
      const rows = await db.$queryRaw`
        WITH looked AS (
          SELECT id, "accountId", generation, "endedAt" FROM (
            SELECT * FROM ${table(db, "RefreshAttempt")} WHERE id > ${after} ORDER BY id LIMIT ${batch}::int) AS next
          WHERE "startedAt" < ${ago(settings().keepDays.journal)}
        ), removed AS (
          DELETE FROM ${table(db, "RefreshAttempt")} AS attempt USING looked, ${table(db, "Account")} AS link
          WHERE attempt.id = looked.id AND link.id = looked."accountId" AND looked.generation < link.generation
            AND looked."endedAt" < ${ago(settings().keepDays.journal)}
          RETURNING attempt.id
        )
        SELECT max(id) AS last, count(*) AS looked, (SELECT count(*) FROM removed) AS removed FROM looked`;
      const [{ last, looked, removed }] = Looked.parse(rows);
      after = looked < batch ? null : last;
      return removed;
    };
  },
};

const revocations = expiring({
  what: "ended revocations",
  name: "Revocation",
  key: "id",
  over: () => Prisma.sql`"endedAt" < ${ago(settings().keepDays.revocations)}`,
  since: "endedAt",
});

const sessions = expiring({
  what: "expired sessions",
  name: "Session",
  key: "sessionToken",
  over: () => Prisma.sql`expires < now()`,
  since: "expires",
});

const toldEvents = expiring({
  what: "events that back ends are told",
  name: "Event",
  key: "id",
  over: () => Prisma.sql`at < ${ago(settings().keepDays.events)}`,
  since: "at",
});

const endedTokens = expiring({
  what: "access tokens that have ended, by which imports would be known",
  name: "HeldToken",
  key: "hash",
  over: () => Prisma.sql`until < now()`,
  since: "until",
});

/** As the others, but for a key of two columns. */
const usedFlows: Rule = {
  what: "used flows and counts of limits",
  begin: (batch) =>
    untilNothing(
      (db) => db.$executeRaw`
        DELETE FROM ${table(db, "VerificationToken")} WHERE (identifier, token) IN (
          SELECT identifier, token FROM ${table(db, "VerificationToken")} WHERE expires < now()
          ORDER BY expires LIMIT ${batch}::int FOR UPDATE SKIP LOCKED)`,
    ),
};

export const rules: readonly Rule[] = [
  sessions,
  usedFlows,
  revocations,
  journal,
  passingEvents,
  eventsOfTheGone,
  toldEvents,
  endedTokens,
];

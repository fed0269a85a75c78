import "server-only";
import { createHmac, randomUUID } from "node:crypto";
import { z } from "zod";
import { type Database, database } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import { moment, statement, type Write } from "@/lib/db/together";
import { settings } from "@/lib/env";
import { BoundedMap } from "@/lib/process/bounded-map";
import { log, traceOf } from "@/lib/process/log";
import { TooManyRequests } from "@/lib/process/too-many-requests";

/**
 * Counting what costs a portal a request, in the database, for all processes together. Each thing that counts is a row until
 * its time is over. What is refused leaves no row, so a counter has no more rows than it allows.
 */

export type Counter = {
  kind: "try" | "code" | "by-hand";
  /** What it is about; stored as a keyed hash, since a plain hash of a name could be guessed. */
  about: readonly string[];
  most: number;
  /** How long each counts. */
  seconds: number;
};

/** What has been counted, and may turn out not to count. */
export type Counted = {
  takeBack: () => Promise<void>;
  /** What takes it back, to be written together with what it was counted for. */
  takenBack: Write;
};

/** How long this process believes that a counter is full: a flood is a few questions a second. */
const BELIEVED_MS = 1_000;

/** Full counters by their identifiers: when to ask again, and when there is room, in milliseconds since 1970. */
const full = new BoundedMap<{ askAgain: number; room: number }>(1_000);

/**
 * Counts one more on each counter before it is done, so that many at once are not more.
 * @param now by the database's clock
 * @throws {TooManyRequests} when one of them is full; then nothing is counted
 */
export async function countOn(counters: readonly Counter[], now: Date): Promise<Counted> {
  const mostOf = new Map(counters.map((counter) => [identifierOf(counter), counter.most]));
  const identifiers = [...mostOf.keys()];
  for (const identifier of identifiers) {
    const known = full.get(identifier);
    if (known && now.getTime() < known.askAgain) throw tooMany(known.room, now);
  }
  const db = await database();
  const token = randomUUID();
  const ends = counters.map(({ seconds }) => moment(new Date(now.getTime() + seconds * 1000)));
  const rows = counters.map(
    (counter, n) => Prisma.sql`(${identifierOf(counter)}, ${token}, ${ends[n]})`,
  );
  await statement(
    db,
    Prisma.sql`
      WITH forgotten AS (DELETE FROM ${table(db, "VerificationToken")} WHERE expires < ${moment(now)})
      INSERT INTO ${table(db, "VerificationToken")} (identifier, token, expires) VALUES ${Prisma.join(rows)}`,
  );
  const takenBack = Prisma.sql`
    DELETE FROM ${table(db, "VerificationToken")} WHERE identifier = ANY(${identifiers}) AND token = ${token}`;
  const takeBack = async () => {
    try {
      await statement(db, takenBack);
    } catch (error) {
      log("error", "count.not_taken_back", traceOf(error)); // it is forgotten by itself
    }
  };
  const counts = await countsOf(db, identifiers, now);
  const over = counts.find(({ identifier, count }) => count > (mostOf.get(identifier) ?? 0));
  if (!over) return { takeBack, takenBack };
  await takeBack();
  const room = over.first.getTime();
  full.set(over.identifier, { askAgain: now.getTime() + BELIEVED_MS, room });
  throw tooMany(room, now);
}

const Counts = z.array(z.object({ identifier: z.string(), count: z.int(), first: z.date() }));

async function countsOf(db: Database, identifiers: readonly string[], now: Date) {
  const { rows } = await statement(
    db,
    Prisma.sql`
    SELECT identifier, count(*)::int AS count, min(expires) AS first FROM ${table(db, "VerificationToken")}
    WHERE identifier = ANY(${identifiers}) AND expires >= ${moment(now)} GROUP BY identifier`,
  );
  return Counts.parse(rows);
}

function tooMany(room: number, now: Date) {
  return new TooManyRequests(Math.max(1, Math.ceil((room - now.getTime()) / 1000)));
}

function identifierOf({ kind, about }: Counter) {
  const hash = createHmac("sha256", settings().authSecret)
    .update(JSON.stringify([`portico/${kind}`, ...about]))
    .digest("base64url");
  return `${kind}:${hash}`;
}

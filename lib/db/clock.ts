import "server-only";
import { z } from "zod";
import { processWide } from "@/lib/process/process-wide";
import { database, type Transaction } from "./database";

/**
 * The database's clock, by which leases run and tokens end. The machines that ask may each have another: one that is a day
 * behind would vend what has ended long ago. It is read once a minute and goes on by a clock that cannot be set.
 */

const READ_EVERY_MS = 60_000;

type Reading = { database: number; monotonic: number; ours: number };

const readings = processWide("database-clock", () => ({
  last: null as Reading | null,
  reading: null as Promise<Reading> | null,
}));

/** The time at the database, read if the last reading is older than a minute. Not inside a transaction, which it would wait for. */
export async function databaseNow(): Promise<Date> {
  const known = readings();
  if (!known.last || isOld(known.last)) {
    known.reading ??= read().finally(() => {
      known.reading = null;
    });
    known.last = await known.reading;
  }
  return at(known.last);
}

/** The same within a transaction. */
export async function nowIn(tx: Transaction): Promise<Date> {
  const [{ now }] = Now.parse(await tx.$queryRaw`SELECT clock_timestamp() AS now`);
  return now;
}

/** A moment of our clock, as the database's clock has it. Without a reading the two are taken for the same. */
export function byDatabaseClock(moment: Date): Date {
  const { last } = readings();
  return last ? new Date(moment.getTime() + at(last).getTime() - Date.now()) : moment;
}

/** A moment of the database's clock, or one that is true, as our clock has it: the inverse of `byDatabaseClock`. */
export function byOurClock(moment: Date): Date {
  return new Date(2 * moment.getTime() - byDatabaseClock(moment).getTime());
}

function at({ database: then, monotonic }: Reading) {
  return new Date(then + performance.now() - monotonic);
}

/** By either clock: one stands still while a machine sleeps, the other may be set. */
function isOld({ monotonic, ours }: Reading) {
  const passed = Math.max(performance.now() - monotonic, Math.abs(Date.now() - ours));
  return passed > READ_EVERY_MS;
}

const Now = z.tuple([z.object({ now: z.date() })]);

async function read(): Promise<Reading> {
  const db = await database();
  const began = performance.now();
  const [{ now }] = Now.parse(await db.$queryRaw`SELECT now() AS now`);
  const monotonic = (began + performance.now()) / 2; // the answer was on its way for as long as the question
  return { database: now.getTime(), monotonic, ours: Date.now() };
}

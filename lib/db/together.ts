import { poolUnder } from "./client";
import { retryingConflicts } from "./conflicts";
import type { Database, Transaction } from "./database";
import { Prisma } from "./generated/client";

/** A statement that writes, and returns nothing. */
export type Write = Prisma.Sql;

/**
 * Several writes, and a question, as one statement: one trip to the server, and all or nothing. Each sees what was there
 * before all of them, so no two may write the same row, and they are done in no particular order.
 * @returns what the question finds
 */
export function together(
  tx: Transaction,
  writes: readonly Write[],
  question: Prisma.Sql = Prisma.sql`SELECT WHERE false`,
): Promise<unknown> {
  const named = writes.map((write, n) => Prisma.sql`${Prisma.raw(`write_${n}`)} AS (${write})`);
  return tx.$queryRaw`WITH ${Prisma.join(named)} ${question}`;
}

/**
 * One statement that goes past Prisma, for what every sign-in does: through Prisma a short statement costs this process more than
 * twice as much (docs/benchmarks.md).
 */
export function statement(db: Database, { text, values }: Prisma.Sql) {
  return retryingConflicts(() => poolUnder(db).query<Record<string, unknown>>(text, values));
}

/** A moment as these statements take it: with its zone, which the server may have been told otherwise. */
export function moment(date: Date): Prisma.Sql {
  return Prisma.sql`${date.toISOString()}::timestamptz`;
}

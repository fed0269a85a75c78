import "server-only";
import { z } from "zod";
import { type Database, database } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table as tableOf } from "@/lib/db/tables";
import { recordEvent } from "../audit";
import { holdsTokens, type SealedTable, sealedTables, sqlName } from "./sealed-tables";
import { kidOf, type TokenColumn, type Vault, VaultError } from "./vault";

/**
 * Encrypts anew, under the newest key, what older keys have encrypted, while the app goes on working: a row is written
 * only if it still holds what was read, so a refresh in between wins. Ended in the middle it goes on where there is
 * something left to do, and any number may run at once.
 */

type Unreadable = { table: string; row: string; kid: string | null; reason: string };

/** A key, how many rows need it, and whether `TOKEN_KEYS` has it. */
export type KeyUse = { kid: string | null; rows: number; known: boolean; newest: boolean };

export type Rotation = {
  /** Rows that are under the newest key now, or in a dry run would be. */
  rotated: number;
  /** Rows that another process has written meanwhile. */
  overtaken: number;
  unreadable: Unreadable[];
  keys: KeyUse[];
};

type Options = {
  vault: Vault;
  /** The names of `TOKEN_KEYS`, newest first. */
  kids: readonly string[];
  /** Reads and opens everything, and writes nothing. */
  dryRun: boolean;
  /** Under which the audit event is found. */
  reference: string;
  /** Called as rows are looked at. */
  onProgress?: (progress: { done: number; of: number }) => void;
  /** Rows looked at in one go. */
  batch?: number;
};

export async function rotateKeys(options: Options): Promise<Rotation> {
  const { kids, dryRun, reference, onProgress, batch = 500 } = options;
  const db = await database();
  const found = { rotated: 0, overtaken: 0, unreadable: [] as Unreadable[] };
  const total = await rowsIn(db);
  let done = 0;
  for (const table of sealedTables) {
    for (let after = ""; ; ) {
      const rows = await readBatch(db, table, { after, batch, vault: options.vault });
      const last = rows.at(-1);
      if (!last) break;
      await Promise.all(
        rows.filter(isStale).map(async (row) => {
          const outcome = await rotateRow(db, table, row, options);
          if (typeof outcome === "string") found[outcome] += 1;
          else found.unreadable.push(outcome);
        }),
      );
      after = last.id;
      done += rows.length;
      onProgress?.({ done, of: Math.max(done, total) });
    }
  }
  if (!dryRun) {
    await recordEvent(db, {
      action: "keys_rotated",
      outcome: found.unreadable.length > 0 ? "incomplete" : "succeeded",
      actor: "system",
      requestId: reference,
    });
  }
  return { ...found, keys: await keysInUse(db, kids) };
}

const Row = z.object({
  id: z.string(),
  /** Whether it holds tokens and names another key than the newest. */
  mislabelled: z.boolean(),
  access_token: z.string().nullish(),
  refresh_token: z.string().nullish(),
  oauth_token_secret: z.string().nullish(),
});
type Row = z.infer<typeof Row>;

/** The next rows of a table, with those of their tokens that the newest key has not sealed. */
async function readBatch(
  db: Database,
  table: SealedTable,
  { after, batch, vault }: { after: string; batch: number; vault: Vault },
): Promise<Row[]> {
  const stale = table.columns.map((column) => {
    const name = sqlName(column);
    return Prisma.sql`CASE WHEN NOT starts_with(${name}, ${vault.beginning}) THEN ${name} END AS ${name}`;
  });
  const rows = await db.$queryRaw`
    SELECT id, kid IS DISTINCT FROM ${vault.kid} AND ${holdsTokens(table)} AS mislabelled, ${Prisma.join(stale)}
    FROM ${tableOf(db, table.name)} WHERE id > ${after} ORDER BY id LIMIT ${batch}`;
  return z.array(Row).parse(rows);
}

function isStale({ id: _, mislabelled, ...tokens }: Row) {
  return mislabelled || Object.values(tokens).some((sealed) => typeof sealed === "string");
}

async function rotateRow(
  db: Database,
  table: SealedTable,
  row: Row,
  { vault, dryRun }: Options,
): Promise<"rotated" | "overtaken" | Unreadable> {
  const changes: Change[] = [];
  for (const column of table.columns) {
    const old = row[column];
    if (!old) continue;
    try {
      changes.push({ column, old, fresh: await vault.reseal(old, table.place(row.id, column)) });
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      const reason = `${column}: ${error.message}`;
      return { table: table.name, row: row.id, kid: kidOf(old), reason };
    }
  }
  if (dryRun) return "rotated";
  return (await replace(db, table, row.id, changes, vault)) ? "rotated" : "overtaken";
}

type Change = { column: TokenColumn; old: string; fresh: string };

/** Compares and sets, all of a row or nothing. @returns whether the row was still as it was read */
async function replace(
  db: Database,
  table: SealedTable,
  id: string,
  changes: Change[],
  vault: Vault,
) {
  const sets = changes.map(({ column, fresh }) => Prisma.sql`${sqlName(column)} = ${fresh}`);
  const asRead = table.columns.map((column) => {
    const name = sqlName(column);
    const change = changes.find((each) => each.column === column);
    if (change) return Prisma.sql`${name} = ${change.old}`;
    return Prisma.sql`(${name} IS NULL OR starts_with(${name}, ${vault.beginning}))`;
  });
  const written = await db.$executeRaw`
    UPDATE ${tableOf(db, table.name)} SET ${Prisma.join([Prisma.sql`kid = ${vault.kid}`, ...sets])}
    WHERE id = ${id} AND ${Prisma.join(asRead, " AND ")}`;
  return written > 0;
}

const Counts = z.array(z.object({ kid: z.string().nullable(), rows: z.coerce.number() }));

/** All keys, those of `TOKEN_KEYS` first, with the rows that need each. */
async function keysInUse(db: Database, kids: readonly string[]): Promise<KeyUse[]> {
  const counts = new Map<string | null, number>(kids.map((kid) => [kid, 0]));
  for (const table of sealedTables) {
    const rows = await db.$queryRaw`
      SELECT kid, count(*) AS rows FROM ${tableOf(db, table.name)} WHERE ${holdsTokens(table)} GROUP BY kid`;
    for (const { kid, rows: count } of Counts.parse(rows))
      counts.set(kid, (counts.get(kid) ?? 0) + count);
  }
  return [...counts].map(([kid, rows]) => ({
    kid,
    rows,
    known: kid !== null && kids.includes(kid),
    newest: kid === kids[0],
  }));
}

async function rowsIn(db: Database) {
  const counts = await Promise.all([db.account.count(), db.revocation.count()]);
  return counts.reduce((sum, count) => sum + count, 0);
}

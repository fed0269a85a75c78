import { reasonOf } from "../errors";
import { applyMigrations, missingMigrations, type Session } from "../migrations";
import type { OpenSession } from "../session";
import { MoveError } from "./errors";
import { countRows, EXACT_TEXT, PATIENT, readRows, writeRows } from "./rows";
import { moveSequences } from "./sequences";
import { quoted, readTables, type Table } from "./tables";

/** How long another transaction at the target may take to let go of our tables. */
const LOCK_TIMEOUT = "10s";

type Move = {
  source: OpenSession;
  target: OpenSession;
  /** The folder of migrations. */
  migrations: string;
  /** Looks at the copy before it counts. @throws what keeps it from counting */
  check: (target: Session) => Promise<void>;
  /** Ends the move with nothing at the target. */
  signal?: AbortSignal;
  /** Called as rows are copied. */
  onProgress?: (progress: { done: number; of: number }) => void;
  /** Rows copied in one go. */
  batch?: number;
};

type Copied = { table: string; rows: number };

/**
 * Copies everything from one database into another that has no rows: all of it or nothing. The target gets the migrations
 * first, and the source must have all of them: it is read and not changed.
 *
 * @returns how many rows each table has
 * @throws MoveError, and what the databases or `check` say; no row is at the target then
 */
export async function moveDatabase(move: Move): Promise<Copied[]> {
  const { target, signal } = move;
  const stop = () => void target.close().catch(() => null); // ends a statement that is under way, too
  signal?.addEventListener("abort", stop);
  let copied: Copied[];
  try {
    copied = await read(move.source, () => copy(move));
    signal?.throwIfAborted();
  } catch (error) {
    if (signal?.aborted) throw new MoveError("stopped", "It was stopped before the end.");
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop); // from here on it is too late
  }
  await commit(target);
  return copied;
}

/** In a transaction that sees one moment and cannot write. */
async function read<T>(source: OpenSession, work: () => Promise<T>): Promise<T> {
  await source.script(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${inSchema(source)}`);
  try {
    return await work();
  } finally {
    await source.script("ROLLBACK").catch(() => null); // what failed before is the one to tell
  }
}

/** For a transaction: which tables are meant, how values are written, and that it may take its time. */
function inSchema({ schema }: OpenSession) {
  return `SET LOCAL search_path = ${quoted(schema)}; ${EXACT_TEXT}${PATIENT}`;
}

/** Everything but the end of the transaction. */
async function copy(move: Move): Promise<Copied[]> {
  const { source, target, migrations } = move;
  await refuseOutdated(source, migrations);
  const tables = await readTables(source);
  await refuseUsed(target, tables); // before anything is changed there
  await applyMigrations(target, migrations, target.schema);

  await target.script(`BEGIN; ${inSchema(target)}`);
  await refuseDifferent(target, tables);
  await lock(target, tables);
  await refuseRows(target, tables); // another process may have begun meanwhile
  const copied = await copyTables(move, tables);
  await moveSequences(source, target);
  await verifyCounts(target, tables, copied);
  await move.check(target);
  return copied;
}

async function copyTables(
  { source, target, signal, onProgress, batch = 500 }: Move,
  tables: Table[],
) {
  const counts = new Map<Table, number>();
  for (const table of tables) counts.set(table, await countRows(source, table));
  const of = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let done = 0;
  for (const table of tables) {
    for await (const rows of readRows(source, table, batch)) {
      signal?.throwIfAborted();
      await writeRows(target, table, rows);
      done += rows.length;
      onProgress?.({ done, of });
    }
  }
  return [...counts].map(([{ name }, rows]) => ({ table: name, rows }));
}

async function refuseOutdated(source: OpenSession, migrations: string) {
  const [missing] = await missingMigrations(source, migrations, source.schema);
  if (!missing) return;
  throw new MoveError(
    "outdated",
    `The database to be moved does not have the migration ${missing} yet: start this version of the app with it once, stop it, and try again.`,
  );
}

/** Of the source's tables those that the target has too must have no rows. */
async function refuseUsed(target: OpenSession, tables: readonly Table[]) {
  await read(target, async () => {
    const there = new Set((await readTables(target)).map(({ name }) => name));
    await refuseRows(
      target,
      tables.filter(({ name }) => there.has(name)),
    );
  });
}

async function refuseRows(target: OpenSession, tables: readonly Table[]) {
  for (const { name } of tables) {
    const { rows } = await target.query(`SELECT 1 FROM ${quoted(name)} LIMIT 1`);
    if (rows.length === 0) continue;
    throw new MoveError(
      "not_empty",
      `${target.place} is not empty: its table ${name} has rows. Name a database that has none.`,
    );
  }
}

/** A table that the migrations do not make, or have made otherwise, must not be lost without a word. */
async function refuseDifferent(target: OpenSession, tables: readonly Table[]) {
  const there = new Map((await readTables(target)).map((table) => [table.name, table]));
  const strange = tables.find((table) => !isLike(table, there.get(table.name)));
  if (!strange) return;
  throw new MoveError(
    "different",
    `The table ${strange.name} is not as the migrations make it, or is not theirs: it cannot be moved. Remove it, or set it right, and try again.`,
  );
}

function isLike(one: Table, other: Table | undefined) {
  const columns = (table?: Table) =>
    table?.columns.map(({ name, type }) => `${name} ${type}`).toSorted();
  return JSON.stringify(columns(one)) === JSON.stringify(columns(other));
}

/** No other process writes to the target until the end; one that tries waits. */
async function lock(target: OpenSession, tables: readonly Table[]) {
  if (tables.length === 0) return;
  const names = tables.map(({ name }) => quoted(name)).join(", ");
  await target.script(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  try {
    await target.script(`LOCK TABLE ${names} IN EXCLUSIVE MODE`);
  } catch (error) {
    throw new MoveError(
      "in_use",
      `${target.place} is in use: stop what writes there. ${reasonOf(error)}`,
    );
  }
  await target.script("SET LOCAL lock_timeout = 0");
}

async function verifyCounts(target: Session, tables: readonly Table[], copied: readonly Copied[]) {
  for (const [at, table] of tables.entries()) {
    const [there, expected] = [await countRows(target, table), copied[at]?.rows];
    if (there === expected) continue;
    throw new MoveError(
      "different",
      `The table ${table.name} has ${there} rows at the target instead of ${expected}.`,
    );
  }
}

async function commit(target: OpenSession) {
  try {
    await target.script("COMMIT");
  } catch (error) {
    throw new MoveError(
      "unconfirmed",
      `${target.place} broke off at the very end: ${reasonOf(error)}. Either everything is there or nothing. Try again: when everything is there, it is refused as not empty.`,
    );
  }
}

import { existsSync, mkdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { Pool } from "pg";
import { poolOver, sessionOver } from "./bridge";
import { clientFor, type OpenDatabase, once } from "./client";
import { durableParameters, makeDurable, syncDirectory, syncTree } from "./durability";
import { DatabaseError, reasonOf } from "./errors";
import { type LockOptions, lockFile } from "./lock";
import { applyMigrations } from "./migrations";
import type { OpenSession } from "./session";

const CHECKPOINT_MS = 5 * 60_000;
const VACUUM_MS = 24 * 60 * 60_000;

/** Opens PostgreSQL within this process, its data in memory: gone when it is closed. */
export async function openInMemory(migrations: string): Promise<OpenDatabase> {
  return serve(await PGlite.create("memory://"), migrations, () => null);
}

/**
 * Opens PostgreSQL within this process, its data in a directory, which is made when there is none. What it
 * has acknowledged survives the process and, as far as the disk keeps its word, a power failure.
 *
 * @throws DatabaseError `in_use`, `unreadable`, and those of `applyMigrations`.
 */
export async function openDirectory(
  directory: string,
  migrations: string,
  lock: LockOptions,
): Promise<OpenDatabase> {
  mkdirSync(resolve(/* turbopackIgnore: true */ directory), { recursive: true, mode: 0o700 });
  const place = realpathSync(directory); // one lock, whichever way leads here
  const unlock = await lockFile(join(place, "lock"), lock);
  try {
    return await serve(await start(place), migrations, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * Opens a session with the database in a directory as it is: none is made, no migration applied, nothing cleaned up.
 *
 * @throws DatabaseError `absent`, `in_use`, `unreadable`.
 */
export async function openDirectorySession(
  directory: string,
  lock: LockOptions,
): Promise<OpenSession> {
  const given = resolve(/* turbopackIgnore: true */ directory);
  if (!existsSync(join(given, "data"))) {
    throw new DatabaseError(
      "absent",
      `There is no embedded database in ${given}: see what DATABASE_DIRECTORY and DATABASE_URL say.`,
    );
  }
  const place = realpathSync(given);
  const unlock = await lockFile(join(place, "lock"), lock);
  try {
    const pglite = await openDurable(join(place, "data"));
    const close = once(async () => {
      await pglite.close();
      unlock();
    });
    return {
      ...sessionOver(pglite),
      schema: "public",
      place: `the embedded database in ${place}`,
      close,
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** From here on PGlite is closed when anything fails. */
async function serve(
  pglite: PGlite,
  migrations: string,
  unlock: () => void,
): Promise<OpenDatabase> {
  try {
    await applyMigrations(sessionOver(pglite), migrations);
    await pglite.exec("VACUUM (ANALYZE)");
  } catch (error) {
    await pglite.close();
    throw error;
  }
  const pool = poolOver(pglite);
  const client = clientFor(pool);
  const stopMaintenance = maintain(pool);
  const close = once(async () => {
    stopMaintenance();
    await client.$disconnect();
    await pool.end();
    await pglite.close();
    unlock();
  });
  return { client, kind: "embedded", close };
}

async function start(place: string) {
  const data = join(place, "data");
  if (!existsSync(data)) await initialise(place, data);
  return openDurable(data);
}

async function openDurable(data: string) {
  const pglite = await openPglite(data, durableParameters(PGlite.defaultStartParams));
  try {
    await makeDurable(pglite);
  } catch (error) {
    await pglite.close();
    throw error;
  }
  return pglite;
}

/** A first start that is interrupted leaves nothing that looks like a database. */
async function initialise(place: string, data: string) {
  const fresh = join(place, "data.new");
  rmSync(fresh, { recursive: true, force: true });
  const pglite = await openPglite(fresh, PGlite.defaultStartParams);
  await pglite.close();
  syncTree(fresh);
  renameSync(fresh, data);
  syncDirectory(place);
}

async function openPglite(data: string, startParams: string[]) {
  const lines: string[] = [];
  let opened = false;
  const onStderr = (line: string) => {
    if (!/PANIC|FATAL/.test(line)) return false;
    if (opened) endProcess(line);
    lines.push(line);
    return false;
  };
  try {
    const pglite = await PGlite.create(data, { startParams, onStderr });
    opened = true;
    return pglite;
  } catch (error) {
    // PostgreSQL says why on its way out; PGlite only that it has gone. The error itself stays here:
    // printing it would print the line of minified source it comes from.
    throw new DatabaseError(
      "unreadable",
      `The embedded database in ${data} does not open: ${lines.at(-1) ?? reasonOf(error)}`,
    );
  }
}

/**
 * When a disk is full or broken, PostgreSQL gives up rather than acknowledge what it cannot keep, and recovers
 * at the next start. PGlite would go on in circles for ever, so the process ends here, as a server's would.
 */
function endProcess(line: string): never {
  process.stderr.write(`The embedded database has given up: ${line}\n`);
  process.exit(1);
}

/** PGlite has none of PostgreSQL's background processes. Waits its turn in the pool: a VACUUM inside a transaction would break it. */
function maintain(pool: Pool) {
  const every = (milliseconds: number, statement: string) =>
    // What fails now succeeds the next time, or the next start tells.
    setInterval(() => void pool.query(statement).catch(() => null), milliseconds).unref();
  const timers = [every(CHECKPOINT_MS, "CHECKPOINT"), every(VACUUM_MS, "VACUUM (ANALYZE)")];
  return () => timers.forEach(clearInterval);
}

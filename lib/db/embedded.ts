import { existsSync, realpathSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { Pool } from "pg";
import { log } from "@/lib/process/log";
import { poolOver, sessionOver } from "./bridge";
import { clientFor, type OpenDatabase, once } from "./client";
import { durableParameters, makeDurable, syncDirectory, syncTree } from "./durability";
import { DatabaseError, reasonOf } from "./errors";
import { type LockOptions, lockFile } from "./lock";
import { applyMigrations } from "./migrations";
import { makeFolder, namingObstacles, obstacleIn, probeTree } from "./obstacles";
import type { OpenSession } from "./session";

const CHECKPOINT_MS = 5 * 60_000;
const VACUUM_MS = 24 * 60 * 60_000;
const TELL_EVERY_MS = 60_000;

/** When it was last said of a directory that it is in its database's way. */
const told = new Map<string, number>();

/** Opens PostgreSQL within this process, its data in memory: gone when it is closed. */
export async function openInMemory(migrations: string): Promise<OpenDatabase> {
  return serve(await PGlite.create("memory://"), migrations, () => null);
}

/**
 * Opens PostgreSQL within this process, its data in a directory, which is made when there is none. What it
 * has acknowledged survives the process and, as far as the disk keeps its word, a power failure.
 *
 * @throws DatabaseError `in_use`, `unusable`, `unreadable`, and those of `applyMigrations`.
 */
export async function openDirectory(
  directory: string,
  migrations: string,
  lock: LockOptions,
): Promise<OpenDatabase> {
  const given = resolve(/* turbopackIgnore: true */ directory);
  return inDirectory(given, lock, {
    prepare: () => makeFolder(given),
    open: async (place, unlock) => serve(await start(place), migrations, unlock),
  });
}

/**
 * Opens a session with the database in a directory as it is: none is made, no migration applied, nothing cleaned up.
 *
 * @throws DatabaseError `absent`, `in_use`, `unusable`, `unreadable`.
 */
export async function openDirectorySession(
  directory: string,
  lock: LockOptions,
): Promise<OpenSession> {
  const given = resolve(/* turbopackIgnore: true */ directory);
  return inDirectory(given, lock, {
    prepare: () => refuseAbsent(given),
    open: async (place, unlock) => {
      const pglite = await openDurable(join(/* turbopackIgnore: true */ place, "data"));
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
    },
  });
}

type Opening<T> = {
  /** What comes before the lock. */
  prepare: () => void;
  /** Opens what is in a place, under its lock. */
  open: (place: string, unlock: () => void) => Promise<T>;
};

function inDirectory<T>(directory: string, lock: LockOptions, { prepare, open }: Opening<T>) {
  return namingObstacles(directory, async () => {
    prepare();
    const place = realpathSync(directory); // one lock, whichever way leads here
    const unlock = await lockFile(join(place, "lock"), lock);
    try {
      probeTree(place);
      return await open(place, unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  });
}

function refuseAbsent(directory: string) {
  if (existsSync(join(/* turbopackIgnore: true */ directory, "data"))) return;
  throw new DatabaseError(
    "absent",
    `There is no embedded database in ${directory}: see what DATABASE_DIRECTORY and DATABASE_URL say.`,
  );
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
  const data = join(/* turbopackIgnore: true */ place, "data");
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
  try {
    const pglite = await openPglite(fresh, PGlite.defaultStartParams);
    await pglite.close();
    syncTree(fresh);
    renameSync(fresh, data);
    syncDirectory(place);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true }); // on a full disk it is in its own way
    throw error;
  }
}

async function openPglite(data: string, startParams: string[]) {
  const lines: string[] = [];
  let opened = false;
  const onStderr = (line: string) => {
    if (opened) hear(line, dirname(data));
    else if (/PANIC|FATAL/.test(line)) lines.push(line);
    return false;
  };
  try {
    const pglite = await PGlite.create(data, { startParams, onStderr });
    opened = true;
    return pglite;
  } catch (error) {
    const [place, said] = [dirname(data), lines.at(-1)];
    const obstacle = obstacleIn(said ?? error, place);
    if (obstacle) throw new DatabaseError("unusable", obstacle);
    // PostgreSQL says why on its way out; PGlite only that it has gone. The error itself stays here:
    // printing it would print the line of minified source it comes from.
    throw new DatabaseError(
      "unreadable",
      `The embedded database in ${data} does not open: ${said ?? reasonOf(error)}`,
    );
  }
}

/**
 * What PostgreSQL says while it runs. When a disk is full or broken, it gives up rather than acknowledge what it cannot
 * keep, and recovers at the next start. PGlite would go on in circles for ever, so the process ends here, as a server's
 * would. Where it does not give up, a statement has failed, and the person who runs the app is told why.
 */
function hear(line: string, place: string) {
  const obstacle = obstacleIn(line, place);
  if (/PANIC|FATAL/.test(line)) {
    process.stderr.write(`The embedded database has given up: ${obstacle ?? line}\n`);
    process.exit(1);
  }
  if (obstacle && !isRecent(place)) log("error", "database.unusable", { message: obstacle });
}

/** Whether the same was said less than a minute ago: it may fail with every request. */
function isRecent(place: string) {
  const now = performance.now();
  const recent = now - (told.get(place) ?? Number.NEGATIVE_INFINITY) < TELL_EVERY_MS;
  if (!recent) told.set(place, now);
  return recent;
}

/** PGlite has none of PostgreSQL's background processes. Waits its turn in the pool: a VACUUM inside a transaction would break it. */
function maintain(pool: Pool) {
  const every = (milliseconds: number, statement: string) =>
    // What fails now succeeds the next time, or the next start tells.
    setInterval(() => void pool.query(statement).catch(() => null), milliseconds).unref();
  const timers = [every(CHECKPOINT_MS, "CHECKPOINT"), every(VACUUM_MS, "VACUUM (ANALYZE)")];
  return () => timers.forEach(clearInterval);
}

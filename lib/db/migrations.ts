import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DatabaseError, reasonOf } from "./errors";

/** One session with a database: its own while migrations run. */
export type Session = {
  /** One statement, with values for $1, $2, …. */
  query(statement: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  /** Any number of statements. */
  script(statements: string): Promise<unknown>;
};

/** The lock Prisma Migrate takes; a second runner waits here. */
const LOCK = 72707369;
const LOCK_TIMEOUT = "60s";

/** As Prisma Migrate creates it. */
const TABLE = `CREATE TABLE _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

const Existing = z.tuple([z.object({ exists: z.boolean() })]);

const Applied = z.array(
  z.object({ migration_name: z.string(), checksum: z.string(), finished: z.boolean() }),
);

type Applied = z.infer<typeof Applied>;
type Migration = { name: string; script: string; checksum: string };

/**
 * Applies the migrations of a folder (`<name>/migration.sql`, in the order of their names) that a
 * database does not have, each whole or not at all, and records them as Prisma Migrate does: `prisma
 * migrate status` and `deploy` agree afterwards. Needs no right to create anything when none is missing.
 *
 * @returns the names of those it applied.
 * @throws DatabaseError `migration_failed`, `migration_edited`, `migration_unknown`.
 */
export async function applyMigrations(session: Session, folder: string): Promise<string[]> {
  const migrations = await readMigrations(folder);
  await takeLock(session);
  try {
    const { tracked, applied } = await readApplied(session);
    const pending = pendingOf(migrations, applied);
    if (pending.length > 0 && !tracked) await session.script(TABLE);
    for (const migration of pending) await apply(session, migration);
    return pending.map(({ name }) => name);
  } finally {
    // A session that is lost has lost the lock as well, and its first error is the one to tell.
    await session.query("SELECT pg_advisory_unlock($1)", [LOCK]).catch(() => null);
  }
}

async function takeLock(session: Session) {
  await session.script(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
  try {
    await session.query("SELECT pg_advisory_lock($1)", [LOCK]);
  } catch (error) {
    throw new DatabaseError(
      "migration_failed",
      `Another process has been applying migrations for ${LOCK_TIMEOUT}: ${reasonOf(error)}`,
      error,
    );
  }
  await session.script("RESET lock_timeout");
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(join(folder, name, "migration.sql"));
      const checksum = createHash("sha256").update(bytes).digest("hex");
      return { name, script: bytes.toString("utf8"), checksum };
    }),
  );
}

/** What is missing, once what is there has been found to be ours. */
function pendingOf(migrations: Migration[], applied: Applied) {
  for (const { migration_name: name, checksum, finished } of applied) {
    const migration = migrations.find((one) => one.name === name);
    if (!finished) {
      throw new DatabaseError(
        "migration_failed",
        `The migration ${name} failed earlier. Set it right with: npx prisma migrate resolve`,
      );
    }
    if (!migration) {
      throw new DatabaseError(
        "migration_unknown",
        `A newer version of this app has used the database: it has the migration ${name}, which this version does not know.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new DatabaseError(
        "migration_edited",
        `The migration ${name} has been edited since it was applied. Restore it, and put the change into a new one.`,
      );
    }
  }
  const known = new Set(applied.map((one) => one.migration_name));
  return migrations.filter(({ name }) => !known.has(name));
}

async function readApplied(session: Session) {
  const table = await session.query(
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists",
  );
  const tracked = Existing.parse(table.rows)[0].exists;
  if (!tracked) return { tracked, applied: [] };
  const { rows } = await session.query(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return { tracked, applied: Applied.parse(rows) };
}

async function apply(session: Session, { name, script, checksum }: Migration) {
  try {
    await session.script("BEGIN");
    await session.script(script);
    await session.query(
      `INSERT INTO _prisma_migrations
         (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await session.script("COMMIT");
  } catch (error) {
    await session.script("ROLLBACK").catch(() => null); // a lost session has rolled back by itself
    throw new DatabaseError(
      "migration_failed",
      `The migration ${name} failed and was undone: ${reasonOf(error)}`,
      error,
    );
  }
}

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
const columns = `
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0`;

const Existing = z.tuple([z.object({ exists: z.boolean() })]);

const Applied = z.array(
  z.object({ migration_name: z.string(), checksum: z.string(), finished: z.boolean() }),
);

type Applied = z.infer<typeof Applied>;
type Migration = { name: string; script: string; checksum: string };

/**
 * Applies the migrations of a folder (`<name>/migration.sql`, in the order of their names) that a schema of a database does not
 * have, each whole or not at all, and records them as Prisma Migrate does: `prisma migrate status` and `deploy` agree
 * afterwards. When none is missing it takes no lock, and needs no right to create anything. Nothing is left in the session.
 *
 * @returns the names of those it applied.
 * @throws DatabaseError `migration_failed`, `migration_edited`, `migration_unknown`.
 */
export async function applyMigrations(
  session: Session,
  folder: string,
  schema = "public",
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const applied: string[] = [];
  const { pending } = await whatIsMissing(session, schema, migrations);
  for (let more = pending.length > 0; more; ) {
    const step = await applyNext(session, schema, migrations);
    if (step.name) applied.push(step.name);
    more = step.more;
  }
  return applied;
}

/** One transaction: those who want the same wait for its end, and look again at what is missing. */
async function applyNext(session: Session, schema: string, migrations: Migration[]) {
  try {
    await session.script(`
      BEGIN ISOLATION LEVEL READ COMMITTED;
      SET LOCAL search_path = "${schema}";
      SET LOCAL statement_timeout = 0;
      SET LOCAL idle_in_transaction_session_timeout = 0`);
    await takeLock(session);
    const { tracked, pending } = await whatIsMissing(session, schema, migrations);
    const [next, ...rest] = pending;
    if (next && !tracked) await session.script(`CREATE TABLE _prisma_migrations (${columns})`);
    if (next) await apply(session, next);
    await session.script("COMMIT");
    return { name: next?.name, more: rest.length > 0 };
  } catch (error) {
    await session.script("ROLLBACK").catch(() => null); // a lost session has rolled back by itself
    if (error instanceof DatabaseError) throw error;
    throw new DatabaseError("migration_failed", `Migrations failed: ${reasonOf(error)}`, error);
  }
}

/**
 * The names of the migrations that a database does not have. Changes nothing.
 *
 * @throws DatabaseError as `applyMigrations` does of what is there already.
 */
export async function missingMigrations(
  session: Session,
  folder: string,
  schema: string,
): Promise<string[]> {
  return (await migrationState(session, folder, schema)).missing;
}

/** The same, and how many it has. */
export async function migrationState(
  session: Session,
  folder: string,
  schema: string,
): Promise<{ applied: number; missing: string[] }> {
  const { applied, pending } = await whatIsMissing(session, schema, await readMigrations(folder));
  return { applied: applied.length, missing: pending.map(({ name }) => name) };
}

async function takeLock(session: Session) {
  try {
    await session.script(`
      SET LOCAL lock_timeout = '${LOCK_TIMEOUT}';
      SELECT pg_advisory_xact_lock(${LOCK});
      SET LOCAL lock_timeout = 0`);
  } catch (error) {
    throw new DatabaseError(
      "migration_failed",
      `Another process has been applying migrations for ${LOCK_TIMEOUT}: ${reasonOf(error)}`,
      error,
    );
  }
}

async function whatIsMissing(session: Session, schema: string, migrations: Migration[]) {
  const { tracked, applied } = await readApplied(session, schema);
  return { tracked, applied, pending: pendingOf(migrations, applied) };
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

async function readApplied(session: Session, schema: string) {
  // Read from the catalogue itself: to_regclass may still know, from before we waited for the lock, that it is not there.
  const table = await session.query(
    "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = '_prisma_migrations')",
    [schema],
  );
  const tracked = Existing.parse(table.rows)[0].exists;
  if (!tracked) return { tracked, applied: [] };
  const { rows } = await session.query(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
     FROM "${schema}"._prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return { tracked, applied: Applied.parse(rows) };
}

/** Runs a migration in the transaction that is open, and records it. */
async function apply(session: Session, { name, script, checksum }: Migration) {
  try {
    await session.script(script);
    await session.query(
      `INSERT INTO _prisma_migrations
         (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
  } catch (error) {
    throw new DatabaseError(
      "migration_failed",
      `The migration ${name} failed and was undone: ${reasonOf(error)}`,
      error,
    );
  }
}

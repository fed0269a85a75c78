import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Client } from "pg";
import { afterAll, expect, test } from "vitest";
import { sessionOver } from "./bridge";
import { newFolder } from "./fixtures/folder";
import { memoryTemplate } from "./memory-template";
import { applyMigrations } from "./migrations";
import { NO_POSTGRESQL } from "./postgres-binaries.mjs";
import { postgresServer } from "./testing";

const pglite = await PGlite.create({ loadDataDir: await memoryTemplate() });
const embedded = sessionOver(pglite);
const server = await postgresServer();

afterAll(async () => {
  await pglite.close();
  await server?.stop();
});

const fruit = { "1_apple": "CREATE TABLE apple (id INT); CREATE TABLE pear (id INT);" };
const more = { ...fruit, "2_plum": "CREATE TABLE plum (id INT);" };

test("a fresh database gets every migration in order, and none the second time", async () => {
  await newSchema();
  expect(await migrate(more)).toEqual(["1_apple", "2_plum"]);
  expect(await migrate(more)).toEqual([]);
  expect(await tables()).toEqual(["_prisma_migrations", "apple", "pear", "plum"]);
});

test("a database that is behind gets what it lacks", async () => {
  await newSchema();
  await migrate(fruit);
  expect(await migrate(more)).toEqual(["2_plum"]);
});

test("a migration that fails leaves nothing of itself, and what came before it", async () => {
  await newSchema();
  const broken = { ...fruit, "2_plum": "CREATE TABLE plum (id INT); CREATE TABLE apple (id INT);" };
  await expect(migrate(broken)).rejects.toMatchObject({
    code: "migration_failed",
    message: 'The migration 2_plum failed and was undone: relation "apple" already exists',
  });
  expect(await tables()).toEqual(["_prisma_migrations", "apple", "pear"]);
  expect(await migrate(more)).toEqual(["2_plum"]);
});

test("a migration edited after it was applied is refused", async () => {
  await newSchema();
  await migrate(fruit);
  const edited = { "1_apple": "CREATE TABLE apple (id BIGINT);" };
  await expect(migrate(edited)).rejects.toMatchObject({
    code: "migration_edited",
    message: expect.stringContaining("1_apple has been edited since it was applied"),
  });
});

test("a database that a newer version has used is refused", async () => {
  await newSchema();
  await migrate(more);
  await expect(migrate(fruit)).rejects.toMatchObject({
    code: "migration_unknown",
    message: expect.stringContaining("it has the migration 2_plum"),
  });
});

test("a migration that failed under Prisma's own commands is refused until it is resolved", async () => {
  await newSchema();
  await migrate(fruit);
  await embedded.script(`UPDATE ${schema()}._prisma_migrations SET finished_at = NULL`);
  await expect(migrate(fruit)).rejects.toMatchObject({
    code: "migration_failed",
    message: expect.stringContaining("npx prisma migrate resolve"),
  });
  await embedded.script(
    `UPDATE ${schema()}._prisma_migrations SET rolled_back_at = now();
     DROP TABLE ${schema()}.apple, ${schema()}.pear`,
  );
  expect(await migrate(fruit)).toEqual(["1_apple"]);
});

test("of four that start at once on a server, one applies each migration", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const url = await server.create("four");
  const folder = folderOf(more);
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrateServer(url, folder)));
  expect(applied.flat().sort()).toEqual(["1_apple", "2_plum"]);
});

test("nothing is locked when nothing is missing, and no lock outlives its transaction", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const url = await server.create("locks");
  const client = new Client(url);
  await client.connect();
  const asked: string[] = [];
  const session = {
    query: (statement: string, values?: unknown[]) => client.query(statement, values),
    script: (statements: string) => {
      asked.push(statements);
      return client.query(statements);
    },
  };
  await applyMigrations(session, folderOf(more));
  expect(asked.join()).toContain("pg_advisory_xact_lock");
  const { rows } = await client.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'");
  expect(rows).toEqual([]);
  expect((await client.query("SHOW search_path")).rows).toEqual([
    { search_path: '"$user", public' },
  ]);
  asked.length = 0;
  await applyMigrations(session, folderOf(more));
  expect(asked).toEqual([]);
  await client.end();
});

test("a role that may create nothing is enough when nothing is missing", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const url = await server.create("guarded");
  await migrateServer(url, folderOf(fruit));
  await administer(
    url,
    `CREATE ROLE guest LOGIN PASSWORD 'of the guest';
     REVOKE CREATE ON SCHEMA public FROM PUBLIC;
     GRANT SELECT ON _prisma_migrations TO guest`,
  );
  const asGuest = Object.assign(new URL(url), { username: "guest", password: "of the guest" }).href;
  expect(await migrateServer(asGuest, folderOf(fruit))).toEqual([]);
  await expect(migrateServer(asGuest, folderOf(more))).rejects.toMatchObject({
    code: "migration_failed",
    message: expect.stringContaining("permission denied for schema public"),
  });
});

let schemas = 0;
const schema = () => `test${schemas}`;

/** The session goes on looking through another one, as a server or a pooler may have it. */
async function newSchema() {
  schemas += 1;
  await embedded.script(`CREATE SCHEMA ${schema()}`);
}

function migrate(migrations: Record<string, string>) {
  return applyMigrations(embedded, folderOf(migrations), schema());
}

async function tables() {
  const { rows } = await pglite.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1",
    [schema()],
  );
  return rows.map(({ name }) => name);
}

function folderOf(migrations: Record<string, string>) {
  const folder = newFolder();
  writeFileSync(join(folder, "migration_lock.toml"), 'provider = "postgresql"');
  for (const [name, script] of Object.entries(migrations)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "migration.sql"), script);
  }
  return folder;
}

async function migrateServer(url: string | undefined, folder: string) {
  const client = new Client(url);
  await client.connect();
  try {
    return await applyMigrations(
      {
        query: (statement, values) => client.query<Record<string, unknown>>(statement, values),
        script: (statements) => client.query(statements),
      },
      folder,
    );
  } finally {
    await client.end();
  }
}

async function administer(url: string | undefined, statements: string) {
  const client = new Client(url);
  await client.connect();
  await client.query(statements);
  await client.end();
}

import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Client } from "pg";
import { afterAll, expect, onTestFinished, test } from "vitest";
import type { Transaction } from "../database";
import { newFolder } from "../fixtures/folder";
import { memoryTemplate } from "../memory-template";
import type { Session } from "../migrations";
import { openDatabase, openSession } from "../open";
import { NO_POSTGRESQL } from "../postgres-binaries.mjs";
import { postgresServer } from "../testing";
import { MoveError } from "./errors";
import { moveDatabase } from "./move";
import { inOrder } from "./tables";

const MIGRATIONS = resolve("prisma/migrations");

const server = await postgresServer();
afterAll(() => server?.stop());

/** The real migrations, and one more with a table of its own, as a later version may have. */
function laterMigrations() {
  const folder = join(newFolder(), "migrations");
  cpSync(MIGRATIONS, folder, { recursive: true });
  mkdirSync(join(folder, "99990101000000_later"));
  writeFileSync(
    join(folder, "99990101000000_later", "migration.sql"),
    `CREATE TYPE "Colour" AS ENUM ('red', 'Dark "blue"');
     CREATE TABLE "Zone" (name TEXT PRIMARY KEY);
     CREATE TABLE "Aspect" (
       "when" TIMESTAMPTZ, "the place" TEXT REFERENCES "Zone", exact NUMERIC, approximate DOUBLE PRECISION, single REAL,
       bytes BYTEA, span INTERVAL, words JSON, colours "Colour"[], "local" TIMESTAMP, short VARCHAR(3), yes BOOLEAN,
       number INT GENERATED ALWAYS AS IDENTITY, doubled INT GENERATED ALWAYS AS (number * 2) STORED,
       PRIMARY KEY ("the place", "when"));`,
  );
  return folder;
}

const LATER_ROWS = `
  INSERT INTO "Zone" VALUES ('É'), ('e'), (''), ('line
end'), ('\\N');
  INSERT INTO "Aspect" ("when", "the place", exact, approximate, single, bytes, span, words, colours, "local", short, yes) VALUES
    ('2026-10-25 02:30:00.123456+02', 'É', 12345678901234567890.10, 0.1::float8 + 0.2, 1.1, '\\x00ff', '1 mon -2 days 03:04:05.6', '{"b": 1,  "a": null, "b": 2}', '{red,NULL,"Dark \\"blue\\""}', '2026-01-01 00:00:00.000001', 'ab ', true),
    ('infinity', 'É', 'NaN', '-Infinity', 'NaN', '', NULL, 'null', '{}', '-infinity', '', false),
    ('0044-03-15 00:00:00+00 BC', '', 0.000, -0.0, 1e-40, NULL, '0', NULL, NULL, NULL, NULL, NULL),
    ('2026-10-25 02:30:00.123456+00', 'É', NULL, 5e-324, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('2026-10-25 02:30:00.123457+00', '\\N', 1e30, 1.7976931348623157e308, NULL, NULL, NULL, '[1e400]', NULL, NULL, NULL, NULL);`;

/** Rows with all that is easily lost, in every table of ours. */
async function fill(client: Transaction) {
  const odd = "Zoë 🏠 “Łódź”\t\\ ' \" {} \n \u200d";
  for (const n of [1, 2, 3, 4, 5]) {
    const { id: userId } = await client.user.create({ data: { id: `user-${n}`, name: odd } });
    const account = await client.account.create({
      data: {
        ...{ userId, type: "oauth", provider: "olx-otodom", providerAccountId: `m${n}` },
        ...{ environment: "production", expires_at: 4102444800.5 + n, scope: n > 2 ? null : "" },
        member: { name: odd, nothing: null, list: [1, 1.5, "", {}], large: 2 ** 70 },
        retryAt: new Date(1_800_000_000_123),
      },
    });
    for (const generation of [1, 2]) {
      await client.refreshAttempt.create({
        data: { accountId: account.id, generation, owner: "o" },
      });
    }
    await client.session.create({
      data: { sessionToken: `s${n}`, userId, expires: new Date(253402300799999) },
    });
    await client.verificationToken.create({
      data: { identifier: n > 3 ? "a" : "b", token: `t${n}`, expires: new Date(0) },
    });
    await client.heldToken.create({
      data: { hash: `held-${n}`, accountId: account.id, until: n > 3 ? null : new Date(n) },
    });
    await client.tokenImport.create({
      data: {
        ...{ id: `i${n}`, hash: `i${n}`, connection: odd, environment: "sandbox" },
        ...{ clientId: odd, externalId: odd, leaseOwner: odd },
        leaseUntil: new Date(0),
      },
    });
    await client.codeExchange.create({ data: { id: `c${n}`, code: odd, nextTryAt: new Date(n) } });
    await client.revocation.create({
      data: { userId, connection: "olx-otodom", environment: "sandbox", member: odd },
    });
    await client.portalTrouble.create({
      data: { portal: `p${n % 2}`, environment: `e${n}`, failures: n, reason: odd },
    });
    const clientId = `client-${n}`;
    await client.client.create({ data: { id: clientId, name: odd, returnUrls: [odd] } });
    await client.clientUser.create({ data: { clientId, externalId: `u:${n}`, userId } });
    const grant = { clientId, externalId: `u:${n}` };
    await client.grant.create({ data: { ...grant, accountId: account.id } });
    const session = await client.connectSession.create({
      data: {
        ...{ id: `cs_${n}`, secretHash: `h${n}`, ...grant, returnUrl: odd, connections: [odd] },
        problems: { olx: odd },
        expiresAt: new Date(1_800_000_000_123),
      },
    });
    await client.connectWaiting.create({
      data: {
        ...{ id: `w${n}`, sessionId: session.id, member: odd, columns: { member: [odd] } },
        connection: "olx-otodom",
        environment: "sandbox",
      },
    });
    await client.event.create({
      data: { reader: clientId, type: "link.created", position: n > 3 ? null : n },
    });
    await client.eventPosition.create({ data: { reader: clientId, last: 2 ** 40 + n } });
    await client.serviceKey.create({
      data: {
        name: odd,
        hash: `h${n}`,
        connections: n > 2 ? [] : [odd, "", "NULL", "a,b"],
        calls: ["links"],
      },
    });
  }
  for (let n = 1; n <= 25; n += 1) {
    await client.auditEvent.create({ data: { action: "test", outcome: "ok", requestId: `${n}` } });
  }
  await client.auditEvent.deleteMany({ where: { requestId: { in: ["7", "25"] } } });
}

/** A hash of each table's rows, as text, however it was copied. */
async function contents(session: Session): Promise<Record<string, string>> {
  await session.script(`SET "TimeZone" = 'UTC'; SET extra_float_digits = 3`);
  const { rows } = await session.query(
    `SELECT tablename AS name FROM pg_tables
     WHERE schemaname = current_schema() AND tablename <> '_prisma_migrations' ORDER BY tablename`,
  );
  const found: Record<string, string> = {};
  for (const { name } of rows as { name: string }[]) {
    const hash = await session.query(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ';' ORDER BY t::text COLLATE "C")), '') AS hash FROM "${name}" t`,
    );
    found[name] = (hash.rows as { hash: string }[])[0]?.hash ?? "";
  }
  return found;
}

async function sessionWith(url: string | null, directory = "") {
  const session = await openSession({ url, directory });
  onTestFinished(() => session.close());
  return session;
}

/** A database on the server with a few rows, as a source that is quick to make. */
async function smallSource(name: string) {
  const url = await (server as NonNullable<typeof server>).create(name);
  const { client, close } = await openDatabase({ url, directory: "" });
  await client.user.createMany({ data: Array.from({ length: 20 }, (_, n) => ({ id: `u${n}` })) });
  await close();
  return sessionWith(url);
}

const rowsOf = async (session: Session) =>
  Object.fromEntries(
    Object.entries(await contents(session)).filter(([, hash]) => !hash.startsWith("0 ")),
  );

const accepted = async () => {};

test("everything is copied exactly, a table that was added later too, and the source stays as it is", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const [directory, migrations] = [newFolder(), laterMigrations()];
  const loadDataDir = await memoryTemplate(); // to make one anew takes longer
  await (await PGlite.create(join(directory, "data"), { loadDataDir })).close();
  const opened = await openDatabase({ url: null, directory, migrations });
  await opened.client.$transaction(fill, { timeout: 60_000 });
  for (const statement of LATER_ROWS.split(/;\n/)) await opened.client.$executeRawUnsafe(statement);
  await opened.close();

  const source = await sessionWith(null, directory);
  const target = await sessionWith(await server.create("everything"));
  const before = await contents(source);
  expect(Object.keys(before)).toEqual(expect.arrayContaining(["Account", "Aspect", "Zone"]));
  expect(Object.values(before).filter((hash) => hash.startsWith("0 "))).toEqual([]);

  const seen: number[] = [];
  const copied = await moveDatabase({
    ...{ source, target, migrations, check: accepted, batch: 2 },
    onProgress: ({ done, of }) => seen.push(done / of),
  });
  expect(await contents(target)).toEqual(before);
  expect(await contents(source)).toEqual(before);
  expect(copied.map(({ table }) => table).toSorted()).toEqual(Object.keys(before).toSorted());
  expect([seen.at(-1), seen.toSorted((a, b) => a - b)]).toEqual([1, seen]);

  const { rows } = await target.query(
    `INSERT INTO "AuditEvent" (action, outcome, "requestId") VALUES ('test', 'ok', 'next') RETURNING id::text`,
  );
  expect(rows).toEqual([{ id: "26" }]); // 25 has been, although it is gone
  const attempt = await target.query(`SELECT nextval('"RefreshAttempt_id_seq"')::text AS id`);
  expect(attempt.rows).toEqual([{ id: "11" }]);
});

test("a source without rows is moved, too", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const url = await server.create("none");
  await (await openDatabase({ url, directory: "" })).close();
  const target = await sessionWith(await server.create("none-copy"));
  const source = await sessionWith(url);
  const copied = await moveDatabase({ source, target, migrations: MIGRATIONS, check: accepted });
  expect(copied.filter(({ rows }) => rows > 0)).toEqual([]);
  expect(copied.length).toBeGreaterThan(5);
});

test("a target with a row is refused, and not even migrated", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const source = await smallSource("refused");
  const target = await sessionWith(await server.create("full"));
  await target.script(`CREATE TABLE "Session" (id INT); INSERT INTO "Session" VALUES (1)`);
  const refused = moveDatabase({ source, target, migrations: MIGRATIONS, check: accepted });
  await expect(refused).rejects.toMatchObject({
    code: "not_empty",
    message: `${target.place} is not empty: its table Session has rows. Name a database that has none.`,
  });
  expect(Object.keys(await contents(target))).toEqual(["Session"]);
});

test("a source that lacks a migration is refused before the target is touched", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const source = await smallSource("outdated");
  const target = await sessionWith(await server.create("untouched"));
  const refused = moveDatabase({ source, target, migrations: laterMigrations(), check: accepted });
  await expect(refused).rejects.toMatchObject({
    code: "outdated",
    message: expect.stringContaining("the migration 99990101000000_later yet"),
  });
  expect(await contents(target)).toEqual({});
});

test("a table that no migration makes is not forgotten: it is named", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const source = await smallSource("by-hand");
  await source.script(`CREATE TABLE "Notes" (id INT PRIMARY KEY)`);
  const target = await sessionWith(await server.create("by-hand-copy"));
  const refused = moveDatabase({ source, target, migrations: MIGRATIONS, check: accepted });
  await expect(refused).rejects.toThrow("The table Notes is not as the migrations make it");
  expect(await rowsOf(target)).toEqual({});
});

test("where it fails on the way, no row is at the target, and the next move works", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const source = await smallSource("failing");
  const url = await server.create("failing-copy");
  const stopped = new AbortController();
  const killing = new Client(url);
  await killing.connect();
  onTestFinished(() => killing.end());
  const failures = [
    ["unread", () => ({ check: () => Promise.reject(new MoveError("unread", "no key")) })],
    ["stopped", () => ({ signal: AbortSignal.abort() })],
    ["stopped", () => ({ signal: stopped.signal, onProgress: () => stopped.abort() })],
    ["unconfirmed", (pid: number) => ({ check: async () => terminate(killing, pid) })],
  ] as const;
  for (const [code, failure] of failures) {
    const target = await sessionWith(url);
    const { rows } = await target.query("SELECT pg_backend_pid() AS pid");
    const [{ pid }] = rows as [{ pid: number }];
    const move = { source, target, migrations: MIGRATIONS, check: accepted, batch: 3 };
    await expect(moveDatabase({ ...move, ...failure(pid) })).rejects.toMatchObject({ code });
    await target.close();
    expect(await rowsOf(await sessionWith(url))).toEqual({});
  }
  const target = await sessionWith(url);
  await moveDatabase({ source, target, migrations: MIGRATIONS, check: accepted });
  expect(await contents(target)).toEqual(await contents(source));
});

/** Ends a session at the server; its client finds out at the next statement. */
async function terminate(admin: Client, pid: number) {
  await admin.query("SELECT pg_terminate_backend($1)", [pid]);
}

test("a row that is not there afterwards is noticed", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const source = await smallSource("losing");
  const url = await server.create("losing-copy");
  await (await openDatabase({ url, directory: "" })).close();
  const target = await sessionWith(url);
  await target.script(`
    CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id = ''u7'' THEN RETURN NULL; END IF; RETURN NEW; END';
    CREATE TRIGGER lose BEFORE INSERT ON "User" FOR EACH ROW EXECUTE FUNCTION lose()`);
  const failed = moveDatabase({ source, target, migrations: MIGRATIONS, check: accepted });
  await expect(failed).rejects.toThrow("The table User has 19 rows at the target instead of 20.");
  await target.close();
  expect(await rowsOf(await sessionWith(url))).toEqual({});
});

test("of two moves to one target the second waits and is refused", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const source = await smallSource("two");
  const sourceAgain = await sessionWith(server.url("two"));
  const url = await server.create("two-copy");
  const [first, second] = [await sessionWith(url), await sessionWith(url)];
  const move = { migrations: MIGRATIONS, check: accepted };
  let refused: Promise<unknown> | null = null;
  await moveDatabase({
    ...{ ...move, source, target: first },
    async check() {
      refused = moveDatabase({ ...move, source: sourceAgain, target: second }).catch((e) => e);
      await expect.poll(() => waiting(first)).toBe(1);
    },
  });
  expect(await refused).toMatchObject({ code: "not_empty" });
  expect(await contents(first)).toEqual(await contents(source));
});

async function waiting(session: Session) {
  const { rows } = await session.query(
    "SELECT count(*)::int AS count FROM pg_locks WHERE NOT granted",
  );
  return (rows as { count: number }[])[0]?.count;
}

test("tables stand behind those that they refer to, and a circle is an error", () => {
  const table = (name: string, ...needs: string[]) => ({ name, needs, columns: [], key: [] });
  const ordered = inOrder([table("a", "c"), table("b"), table("c", "b", "elsewhere")]);
  expect(ordered.map(({ name }) => name)).toEqual(["b", "c", "a"]);
  expect(() => inOrder([table("a", "b"), table("b", "a")])).toThrow("refer to each other: a, b");
});

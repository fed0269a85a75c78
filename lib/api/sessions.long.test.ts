import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { familyPortal } from "@/lib/accounts/refresh/fixtures/portal";
import { settingsFor, startWorker } from "@/lib/accounts/refresh/fixtures/processes";
import { linkTo, storm } from "@/lib/accounts/refresh/fixtures/storm";
import { boardVariables } from "@/lib/auth/testing";
import type { OpenDatabase } from "@/lib/db/client";
import { NO_PGBOUNCER, pgbouncer } from "@/lib/db/fixtures/pgbouncer";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import { readiness } from "@/lib/process/readiness";
import { signInAs, walk } from "./fixtures/walk";
import { ask, endProcess, keyFor } from "./testing";

/** What a server's, a role's or a database's defaults and a pooler in front can make of a session. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const server = await postgresServer();
const portal = await familyPortal({ delay: 20 });

beforeAll(() => {
  const variables = {
    ...boardVariables("http://localhost:9"),
    ...settingsFor("", portal.url),
    API_RATE_LIMIT: "100000",
    API_RATE_BURST: "100000",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  for (const level of ["log", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation(() => {});
  }
});

afterEach(() => endProcess());

afterAll(async () => {
  portal.close();
  await server?.stop();
});

let databases = 0;

/** A new database, as its owner has set it up. */
async function database(...statements: string[]) {
  const name = `sessions${++databases}`;
  const url = (await server?.create(name)) ?? "";
  const admin = new Client(url);
  await admin.connect();
  onTestFinished(() => admin.end());
  for (const statement of statements) await admin.query(statement.replace("$name", name));
  return { url, admin, name };
}

async function opened(url: string): Promise<OpenDatabase> {
  const database = await openDatabase({ url, directory: "" });
  onTestFinished(() => database.close());
  at.client = database.client;
  return database;
}

test.each([
  ["DateStyle", "'German, DMY'"],
  ["DateStyle", "'SQL, DMY'"],
  ["DateStyle", "'Postgres, MDY'"],
  ["IntervalStyle", "iso_8601"],
  ["TimeZone", "'America/St_Johns'"],
  ["TimeZone", "'Asia/Kathmandu'"],
  ["default_transaction_isolation", "serializable"],
  ["default_transaction_isolation", "'repeatable read'"],
  ["default_transaction_deferrable", "on"],
  ["bytea_output", "escape"],
  ["standard_conforming_strings", "off"],
  ["extra_float_digits", "0"],
  ["lock_timeout", "'2s'"],
  ["statement_timeout", "'5s'"],
  ["idle_in_transaction_session_timeout", "'1s'"],
  ["search_path", "''"],
  ["search_path", "nowhere"],
  ["client_encoding", "LATIN1"],
  ["array_nulls", "off"],
  ["transform_null_equals", "on"],
])("all goes its way in a database with %s %s", async (parameter, value) => {
  if (!server) return;
  const { url } = await database(`ALTER DATABASE $name SET ${parameter} = ${value}`);
  const { client } = await opened(url);
  await walk(client, portal.family());
});

test("a database that can only be read is not ready, and its calls come to 503", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const { url, admin, name } = await database();
  const first = await opened(url);
  const key = await keyFor();
  const link = await linkTo(first.client, portal.family());
  expect(await readiness()).toBe("ready");
  await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  await opened(url);
  expect(await readiness()).toBe("read_only");
  const { status, headers } = await ask("token", { id: link }, { key });
  expect([status, headers.get("retry-after")]).toEqual([503, "2"]);
  const wants = openDatabase({ url: `${url}?target_session_attrs=read-write`, directory: "" });
  await expect(wants).rejects.toMatchObject({ code: "unreachable" });
});

test("PgBouncer with a session for each transaction: no errors, and nothing left in a session", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const elsewhere = "ALTER DATABASE $name SET TimeZone = 'Asia/Kathmandu'";
  const { url, admin } = await database('CREATE SCHEMA "other"', elsewhere);
  const pooler = await pgbouncer(url, 3);
  if (!pooler) return context.skip(NO_PGBOUNCER);
  onTestFinished(() => pooler.stop());

  for (const address of [pooler.url, `${pooler.url}?schema=other&pgbouncer=true`]) {
    const several = [1, 2, 3, 4].map(() => openDatabase({ url: address, directory: "" }));
    for (const { close } of await Promise.all(several)) await close(); // migrations are pending
    const { client } = await opened(address); // and none is
    await walk(client, portal.family());

    const members = Array.from({ length: 30 }, (_, n) => signInAs(`member-${n}`));
    const users = new Set((await Promise.all(members)).map(({ user }) => user));
    expect(users.size).toBe(30);

    const key = await keyFor();
    const links = await Promise.all(
      Array.from({ length: 200 }, () => linkTo(client, portal.family())),
    );
    const began = performance.now();
    const vend = async (id: string) => (await ask("token", { id }, { key })).body.active;
    await vend(links[0] ?? ""); // the key is known from here on
    expect(new Set(await Promise.all(links.map(vend)))).toEqual(new Set([true])); // refreshed
    expect(new Set(await Promise.all(links.map(vend)))).toEqual(new Set([true])); // as they are
    const ms = Math.round(performance.now() - began);
    await context.annotate(`200 refreshes and 200 vends at once: ${ms} ms`, "figure");

    const settings = settingsFor(address, portal.url);
    const workers = await Promise.all([1, 2].map(() => startWorker(settings)));
    expect(await storm({ db: client, portal, workers }, 200)).toEqual({
      asked: 1,
      failed: 0,
      alive: true,
    });
    for (const worker of workers) worker.end();
    await Promise.all(workers.map((worker) => worker.ended()));
    await endProcess();
  }

  const advisory = await admin.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'");
  expect(advisory.rowCount).toBe(0);
  const prepared = await admin.query(
    "SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'",
  );
  expect(prepared.rowCount).toBe(0);
  expect(pooler.complaints()).toEqual([]);

  // A stranger who is given one of those sessions finds it as the server makes them.
  const stranger = new Client(pooler.url);
  await stranger.connect();
  onTestFinished(() => stranger.end());
  const shown = await stranger.query(`
    SELECT current_setting('search_path') AS path, current_setting('statement_timeout') AS statement,
      current_setting('lock_timeout') AS lock, (SELECT count(*)::int FROM pg_prepared_statements) AS prepared`);
  expect(shown.rows).toEqual([{ path: '"$user", public', statement: "0", lock: "0", prepared: 0 }]);
});

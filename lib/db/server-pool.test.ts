import { AsyncLocalStorage } from "node:async_hooks";
import { Client } from "pg";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { tracing } from "@/lib/process/spans";
import { clientFor } from "./client";
import { openDatabase } from "./open";
import { NO_POSTGRESQL } from "./postgres-binaries.mjs";
import { ServerPool } from "./server-pool";
import { postgresServer } from "./testing";

/** Sessions at a server that has its own ideas. */

const server = await postgresServer();
afterAll(() => server?.stop());

let databases = 0;

async function database(defaults: Record<string, string> = {}) {
  const name = `pool${++databases}`;
  const url = (await server?.create(name)) ?? "";
  const admin = new Client(url);
  await admin.connect();
  onTestFinished(() => admin.end());
  for (const [parameter, value] of Object.entries(defaults)) {
    await admin.query(`ALTER DATABASE ${name} SET ${parameter} = ${value}`);
  }
  return { url, admin };
}

function pool(url: string, more = {}) {
  const made = new ServerPool({ connectionString: url, max: 1, ...more });
  made.on("error", () => null);
  onTestFinished(() => made.end());
  return made;
}

const odd = {
  DateStyle: "'German, DMY'",
  TimeZone: "'America/St_Johns'",
  standard_conforming_strings: "off",
  default_transaction_isolation: "serializable",
  statement_timeout: "'90s'",
  lock_timeout: "'90s'",
  idle_in_transaction_session_timeout: "'90s'",
};

test("each transaction begins as ours do, and leaves nothing behind", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const { url } = await database(odd);
  const own = pool(url);
  const settings = async (ask: (text: string) => Promise<unknown>) => {
    const names = [...Object.keys(odd), "transaction_isolation"];
    const rows = (await ask(`
      SELECT name, current_setting(name) AS value FROM unnest('{${names.join()}}'::text[]) AS name`)) as {
      name: string;
      value: string;
    }[];
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  };
  const session = { DateStyle: "ISO, MDY", TimeZone: "UTC", standard_conforming_strings: "on" };
  const inside = await clientFor(own).$transaction((tx) =>
    settings((text) => tx.$queryRawUnsafe(text)),
  );
  expect(inside).toMatchObject({
    ...session,
    transaction_isolation: "read committed",
    statement_timeout: "12s",
    lock_timeout: "0",
    idle_in_transaction_session_timeout: "30s",
  });
  const outside = await settings(async (text) => (await own.query(text)).rows);
  expect(outside).toMatchObject({
    ...session,
    statement_timeout: "90s",
    lock_timeout: "90s",
    idle_in_transaction_session_timeout: "90s",
  });
});

test("moments are the same through Prisma, past it, and to the server", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const { url } = await database(odd);
  const { client, close } = await openDatabase({ url, directory: "" });
  onTestFinished(close);
  const at = new Date("2026-03-29T02:30:00.123Z"); // an hour that does not exist in some places
  await client.auditEvent.create({ data: { action: "a", outcome: "b", requestId: "c", at } });
  expect(await client.auditEvent.findFirst()).toMatchObject({ at });
  const own = pool(url);
  const { rows } = await own.query(
    `SELECT at, extract(epoch FROM at)::float8 AS seconds FROM "public"."AuditEvent"`,
  );
  expect(rows).toEqual([{ at, seconds: at.getTime() / 1000 }]);
  const [{ now }] = (await client.$queryRaw`SELECT now() AS now`) as [{ now: Date }];
  expect(Math.abs(now.getTime() - Date.now())).toBeLessThan(60_000);
});

test("a statement that takes too long is ended at the server too, and its connection is not used again", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const { url, admin } = await database();
  const own = pool(url, { query_timeout: 300 });
  const sleepers = async () =>
    (
      await admin.query(
        "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()",
      )
    ).rowCount;
  await expect(own.query("SELECT pg_sleep(600)")).rejects.toThrow("Query read timeout");
  expect((await own.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await expect.poll(sleepers, { timeout: 20_000 }).toBe(0);

  const inside = clientFor(own).$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_sleep(600)`;
  });
  await expect(inside).rejects.toThrow();
  expect((await own.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await expect.poll(sleepers, { timeout: 20_000 }).toBe(0);
});

test("a statement that waited for a connection is in the trace of who asked", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const { url } = await database();
  const own = pool(url);
  const who = new AsyncLocalStorage<string>();
  const asked: (string | undefined)[] = [];
  tracing().tracer = {
    within: (_, work) => work(() => {}),
    ask() {
      asked.push(who.getStore());
      return null;
    },
  };
  onTestFinished(() => {
    tracing().tracer = null;
  });
  const names = ["Anna", "Claire", "Josiane"];
  await Promise.all(names.map((name) => who.run(name, () => own.query("SELECT 1"))));
  expect(asked).toEqual(names);
});

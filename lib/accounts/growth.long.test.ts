import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, expect, type TestContext, test, vi } from "vitest";
import { boardVariables, memberNamed } from "@/lib/auth/testing";
import { findConnection } from "@/lib/conversation/configuration";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import { rotatingVariables } from "./testing";

/** What a vend, a refresh and a sign-in leave in the tables and in PostgreSQL's log (WAL), in bytes. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

/** Settings are read once; this one is changed in between. */
const changed = vi.hoisted(() => ({}) as { auditVends?: "counted" });
vi.mock("@/lib/env", async (original) => {
  const env = await original<typeof import("@/lib/env")>();
  return { ...env, settings: () => ({ ...env.settings(), ...changed }) };
});

const server = await postgresServer();
afterAll(() => server?.stop());

const TIMES = 2_000;

/** As long as a signed token with a few claims. */
const ACCESS_TOKEN = "a".repeat(800);

test("what is written", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const portal = await obligingPortal();
  const variables = { ...boardVariables(portal.url), ...rotatingVariables(portal.url) };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const url = await server.create("growth");
  const opened = await openDatabase({ url, directory: "" });
  at.client = opened.client;
  const session = new Client(url);
  await session.connect();
  try {
    const links = await dueLinks(opened.client);
    const measure = (what: string, work: () => Promise<unknown>) =>
      measured(context, session, what, work);
    await measure("a vend", () => vends(links, TIMES / 40));
    changed.auditVends = "counted";
    await measure("a vend, counted, 20 of each link in a minute", () =>
      vends(links.slice(0, TIMES / 20), TIMES / 6),
    );
    await refreshes(links, 0);
    await session.query("VACUUM"); // as it is done by itself now and then
    const first = await updatesOf(session);
    const refresh = await measure("a refresh", () => refreshes(links, 2));
    const second = await updatesOf(session);
    await measure("a sign-in of a member who is known", () => signIns());
    const perDay = 24 * 1_000_000;
    const gigabytes = (bytes: number) => `${((bytes * perDay) / 1e9).toFixed(0)} GB`;
    await context.annotate(
      `a million links refreshed every hour: ${gigabytes(refresh.table)} of tables and ${gigabytes(refresh.log)} of WAL a day; ${second.hot - first.hot} of ${second.all - first.all} updates of links were HOT`,
      "figure",
    );
    expect(refresh.table).toBeGreaterThan(0);
  } finally {
    await session.end();
    await opened.close();
    portal.close();
  }
}, 600_000);

/** Tables with their indexes, and the log from a checkpoint on: a page that is touched for the first time is in it as a whole. */
async function measured(
  context: TestContext,
  session: Client,
  what: string,
  work: () => Promise<unknown>,
) {
  await session.query("CHECKPOINT");
  const before = await sizes(session);
  await work();
  const after = await sizes(session);
  const table = Math.round((after.table - before.table) / TIMES);
  const log = Math.round((after.log - before.log) / TIMES);
  await context.annotate(`${what}: ${table} bytes of tables, ${log} bytes of WAL`, "figure");
  return { table, log };
}

async function sizes(session: Client) {
  const { rows } = await session.query(
    `SELECT (SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace)::float8 AS table,
       (pg_current_wal_insert_lsn() - '0/0')::float8 AS log`,
  );
  return rows[0] as { table: number; log: number };
}

/** How often links were updated since the server began, and how often without a touch of an index. */
async function updatesOf(session: Client) {
  await session.query("SELECT pg_stat_clear_snapshot()");
  await sleep(2_000); // what another session has counted is told once a second
  const { rows } = await session.query(
    `SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'Account'`,
  );
  return rows[0] as { all: number; hot: number };
}

/** A portal that gives new tokens to all who ask. */
async function obligingPortal() {
  let issued = 0;
  const answers = createServer((request, response) => {
    request.resume();
    issued += 1;
    const tokens = { access_token: `${ACCESS_TOKEN}${issued}`, refresh_token: `refresh-${issued}` };
    response.end(JSON.stringify({ ...tokens, token_type: "Bearer", expires_in: 3_600 }));
  });
  await new Promise<void>((resolve) => answers.listen(0, "localhost", resolve));
  const url = `http://localhost:${(answers.address() as AddressInfo).port}`;
  return { url, close: () => answers.close() };
}

async function dueLinks(client: Awaited<ReturnType<typeof openDatabase>>["client"]) {
  const { healthyColumns } = await import("./tokens/link-tokens");
  const { tokenColumns } = await import("./tokens/vault");
  const ids = Array.from({ length: TIMES }, () => crypto.randomUUID());
  for (const id of ids) {
    const tokens = {
      accessToken: ACCESS_TOKEN,
      tokenSecret: null,
      refreshToken: `refresh-${id}`,
      expiresAt: new Date(Date.now() - 1_000),
      issuedAt: null,
      scope: "read",
    };
    const link = {
      id,
      type: "oauth",
      provider: "olx-otodom",
      providerAccountId: `production:${id}`,
      environment: "production",
      clientId: "client",
      member: {},
      ...(await tokenColumns(id, tokens)),
      ...healthyColumns(new Date(Date.now() - 3_600_000)),
    };
    await client.user.create({ data: { accounts: { create: link } } });
  }
  return ids;
}

/** @param together how many are written in one go */
async function vends(links: readonly string[], together: number) {
  const { recordVend } = await import("./clients/vend-record");
  const { everythingWritten } = await import("./clients/write-behind");
  const minute = new Date();
  for (let time = 0; time < TIMES; time += 1) {
    const accountId = links[time % links.length] ?? "";
    const about = { accountId, userId: accountId, connection: "olx-otodom" };
    const vend = { outcome: "succeeded", actor: "key:abcdefghijkl", ...about } as const;
    recordVend({ ...vend, requestId: crypto.randomUUID() }, 0, minute);
    if (time % together < 1) await everythingWritten();
  }
  await everythingWritten();
}

async function refreshes(links: readonly string[], rejectedGeneration: number) {
  const { freshToken } = await import("./refresh/fresh-token");
  for (const link of links) {
    expect((await freshToken(link, { rejectedGeneration }))?.kind).toBe("fresh");
  }
}

async function signIns() {
  const { claimFlow, outcomeOf } = await import("@/lib/auth/flow/consumption");
  const { complete } = await import("./linking/complete");
  const { sha256 } = await import("./tokens/sha256");
  const connection = findConnection("mlsconnect-federia");
  if (!connection) throw new Error("no connection");
  for (let time = 0; time < TIMES; time += 1) {
    const state = crypto.randomUUID();
    const now = new Date();
    const member = memberNamed(`member-${time % 100}`, "Anna Peeters");
    await claimFlow(sha256(state), now);
    const none = { tokenSecret: null, refreshToken: null, expiresAt: null, scope: null };
    const completion = await complete({
      connection,
      key: member.id ?? "",
      owner: null,
      expected: { who: "first" },
      oldSession: null,
      reference: state,
      member,
      tokens: { accessToken: ACCESS_TOKEN, ...none, issuedAt: now },
      now,
      alsoWrite: async (tx, { session }) => [
        await outcomeOf(tx, state, { location: "/dashboard", session }, now),
      ],
    });
    expect(completion.kind).toBe("done");
  }
}

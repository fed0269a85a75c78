import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { poolUnder } from "@/lib/db/client";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresDatabase } from "@/lib/db/testing";
import { inParallel } from "@/lib/process/in-parallel";
import { adverts, expiredLink, rotatingPortal, rotatingVariables } from "../testing";

/** Very many due links: how fast they are asked about, how they are found, and what that takes of memory. */

const at = vi.hoisted(() => ({ client: null as unknown, portalIsAsked: true }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("./check", async (original) => {
  const real = await original<typeof import("./check")>();
  const checkLink: typeof real.checkLink = (id, before) =>
    at.portalIsAsked ? real.checkLink(id, before) : written(id, before);
  return { ...real, checkLink };
});

const opened = await postgresDatabase();
const portal = await rotatingPortal();

afterAll(async () => {
  portal.close();
  await opened?.close();
});

beforeEach(async () => {
  for (const [name, value] of Object.entries(rotatingVariables(portal.url)))
    vi.stubEnv(name, value);
  vi.resetModules();
  at.client = opened?.client;
  await opened?.client.user.deleteMany();
});

afterEach(() => vi.unstubAllEnvs());

const HOUR_MS = 3_600_000;
const anHourAgo = () => new Date(Date.now() - HOUR_MS);

const inADay = () => Math.floor((Date.now() + 24 * HOUR_MS) / 1000);

const pool = () => poolUnder(at.client as Parameters<typeof poolUnder>[0]);

/** So many are made in one statement, which the database would end if it took too long. */
const SLICE = 10_000;

/** Copies of one link, due for one to ten hours; one in ten was never checked. */
async function dueLinks(count: number) {
  if (!opened) return;
  const expires_at = inADay();
  const tokensAt = new Date(Date.now() - 20 * HOUR_MS);
  const model = await expiredLink(opened.client, { expires_at, tokensAt });
  const { rows } = await pool().query(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = 'Account' ORDER BY ordinal_position`,
  );
  const own: Record<string, string> = {
    id: "gen_random_uuid()",
    providerAccountId: "gen_random_uuid()",
    checkedAt: `CASE WHEN n % 10 > 0 THEN now() - interval '1 hour' * (1.1 + 9 * random()) END`,
  };
  const names: string[] = rows.map(({ name }) => name);
  for (let made = 0; made < count; made += SLICE) {
    await pool().query(
      `INSERT INTO "Account" (${names.map((name) => `"${name}"`)})
       SELECT ${names.map((name) => own[name] ?? `a."${name}"`)}
       FROM "Account" a, generate_series(1, ${SLICE}) n WHERE a.id = '${model}'`,
    );
  }
  await opened.client.account.delete({ where: { id: model } });
  await pool().query("VACUUM (ANALYZE)");
}

/** What a check leaves behind, without asking. */
async function written(id: string, before: Date | null | undefined) {
  const { rowCount } = await pool().query(
    `UPDATE "Account" SET "checkedAt" = now()
     WHERE id = $1 AND ("checkedAt" IS NULL OR "checkedAt" < $2)`,
    [id, before],
  );
  if (rowCount === 0) return { kind: "elsewhere" } as const;
  const checked = { kind: "checked", connection: "olx-otodom", outcome: "ok" } as const;
  return { ...checked, retryAfter: null, clockAhead: null };
}

test("a portal that takes 300 ms for an answer is asked about 100,000 links in an hour", async (context) => {
  if (!opened) return context.skip(NO_POSTGRESQL);
  const MANY = 3_000;
  vi.stubEnv("OLX_CHECKS_AT_ONCE", "30");
  vi.stubEnv("OLX_CHECKS_PER_SECOND", "40");
  portal.onRead = async (response) => {
    await sleep(300);
    response.end(adverts);
  };
  const { client } = opened;
  const yesterday = new Date(Date.now() - 24 * HOUR_MS);
  const link = { expires_at: inADay(), tokensAt: yesterday, checkedAt: yesterday };
  await inParallel(Array.from({ length: MANY }), 8, () => expiredLink(client, link));
  const { checkDueLinks } = await import("./run");
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const options = { before: anHourAgo(), limit: null, perSecond: null, atOnce: null };
  const result = await checkDueLinks(options);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  expect(result).toEqual({ portals: [], links: [], error: null });
  expect(portal.reads).toHaveLength(MANY);
  const perHour = Math.round((MANY / seconds) * 3600).toLocaleString("en");
  await context.annotate(
    `${MANY} links in ${seconds.toFixed(0)} s: ${(MANY / seconds).toFixed(1)} a second, ${perHour} an hour; ${((user + system) / 1000 / MANY).toFixed(1)} ms of our processor for each, the portal's side included`,
    "figure",
  );
});

test("200,000 due links are looked at in the memory that 20,000 take, by two runs that share them", async (context) => {
  if (!opened) return context.skip(NO_POSTGRESQL);
  const MANY = 200_000;
  at.portalIsAsked = false;
  await dueLinks(MANY);
  const { checkDueLinks } = await import("./run");
  const memory: { rss: number; heap: number }[] = [];
  let done = 0;
  const onCheck = () => {
    done += 1;
    if (done % (MANY / 10) !== 0) return;
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    memory.push({ rss: Math.round(rss / 2 ** 20), heap: Math.round(heapUsed / 2 ** 20) });
  };
  const options = { before: anHourAgo(), limit: null, perSecond: 1e6, atOnce: 5, onCheck };
  const began = performance.now();
  const results = await Promise.all([checkDueLinks(options), checkDueLinks(options)]);
  const seconds = (performance.now() - began) / 1000;
  at.portalIsAsked = true;
  const nothingLeft = { portals: [], links: [], error: null };
  expect(results).toEqual([nothingLeft, nothingLeft]);
  expect(done).toBe(MANY);
  const [first, last] = [memory[0]?.heap ?? 0, memory.at(-1)?.heap ?? 0];
  expect(last - first).toBeLessThan(50);
  await context.annotate(
    `${seconds.toFixed(0)} s; MB of memory (of them heap) at each tenth: ${memory.map(({ rss, heap }) => `${rss} (${heap})`).join(", ")}`,
    "figure",
  );
});

type Plan = { "Node Type": string; "Index Name"?: string; Plans?: Plan[] };

test("of 300,000 links, due ones are found in the order of an index: nothing is scanned or sorted", async (context) => {
  if (!opened) return context.skip(NO_POSTGRESQL);
  await dueLinks(300_000);
  const { DueLinks } = await import("./due-links");
  const { connections } = await import("@/lib/conversation/configuration");
  const seen: { text: string; values: unknown[] }[] = [];
  const query: (...given: unknown[]) => unknown = Client.prototype.query;
  const spy = vi.spyOn(Client.prototype, "query").mockImplementation(function (
    this: Client,
    ...given: unknown[]
  ) {
    const { text = "", values = [] } = given[0] as { text?: string; values?: unknown[] };
    if (/^\s*SELECT id, "checkedAt"/.test(text))
      seen.push({ text, values: (given[1] as unknown[]) ?? values });
    return query.apply(this, given);
  });
  const due = new DueLinks(connections(), anHourAgo());
  const began = performance.now();
  for (let n = 0; n < 31_000; n += 1) await due.next();
  const seconds = (performance.now() - began) / 1000;
  spy.mockRestore();
  const middle = seen.at(-1);
  for (const statement of [seen[0], middle]) {
    const { rows } = await pool().query(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${statement?.text}`,
      statement?.values,
    );
    const nodes = nodesOf(rows[0]["QUERY PLAN"][0].Plan);
    expect(nodes).toEqual(["Limit", "Index Scan of Account_due_idx"]);
    await context.annotate(
      `${nodes.join(", ")}: ${rows[0]["QUERY PLAN"][0]["Execution Time"]} ms`,
      "figure",
    );
  }
  await context.annotate(`the first 31,000 in ${seconds.toFixed(1)} s`, "figure");
});

function nodesOf({ Plans = [], ...plan }: Plan): string[] {
  const index = plan["Index Name"];
  return [plan["Node Type"] + (index ? ` of ${index}` : ""), ...Plans.flatMap(nodesOf)];
}

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { memoryDatabase, postgresDatabase } from "@/lib/db/testing";
import { adverts, expiredLink, rotatingPortal, rotatingVariables } from "../testing";
import type { RunOptions } from "./run";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

type Client = Awaited<ReturnType<typeof memoryDatabase>>["client"];
let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;

beforeEach(async () => {
  portal = await rotatingPortal();
  for (const [name, value] of Object.entries(rotatingVariables(portal.url)))
    vi.stubEnv(name, value);
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  portal.close();
  await memory.close();
});

const anHourAgo = () => new Date(Date.now() - 3_600_000);

async function run(options: Partial<RunOptions> = {}) {
  const { checkDueLinks } = await import("./run");
  return checkDueLinks({ before: anHourAgo(), limit: null, perSecond: 1000, ...options });
}

/** Links that were checked so many hours ago. */
async function linksOfAge(hours: number[], client: Client = memory.client) {
  const ids: string[] = [];
  for (const age of hours) {
    const checkedAt = new Date(Date.now() - age * 3_600_000);
    const expires_at = Math.floor(Date.now() / 1000) + 3600;
    ids.push(await expiredLink(client, { checkedAt, expires_at }));
  }
  return ids;
}

test("the longest unchecked come first, what was checked lately does not come at all", async () => {
  const [twoHours, days, , never] = await linksOfAge([2, 50, 0.5, 3]);
  await memory.client.account.update({ where: { id: never ?? "" }, data: { checkedAt: null } });
  for (const next of [never, days, twoHours]) {
    expect((await run({ limit: 1 })).checks).toMatchObject([{ link: next }]);
  }
  expect((await run()).checks).toEqual([]);
});

test("what was refreshed lately is not asked about, and counts as checked then", async () => {
  const [id = ""] = await linksOfAge([2]);
  const tokensAt = new Date();
  await memory.client.account.update({ where: { id }, data: { tokensAt } });
  expect((await run()).checks).toEqual([]);
  expect(portal.reads).toEqual([]);
  const link = await memory.client.account.findUniqueOrThrow({ where: { id } });
  expect(link.checkedAt).toEqual(tokensAt);
});

test("each check is told of as it ends, and how many there are", async () => {
  await linksOfAge([2, 3, 4]);
  const progress: string[] = [];
  const onCheck: RunOptions["onCheck"] = (_, { done, of }) => progress.push(`${done}/${of}`);
  const { checks, left } = await run({ onCheck });
  expect(progress).toEqual(["1/3", "2/3", "3/3"]);
  expect(checks.map(({ check }) => check.kind)).toEqual(["checked", "checked", "checked"]);
  expect(left).toEqual([]);
});

test("so many and no more", async () => {
  await linksOfAge([2, 3, 4]);
  expect((await run({ limit: 2 })).checks).toHaveLength(2);
});

test("what only its member can mend is not asked about, nor what is not offered here", async () => {
  const [broken, refused, gone, ended] = await linksOfAge([2, 3, 4, 5]);
  const change = (id = "", data = {}) => memory.client.account.update({ where: { id }, data });
  await change(broken, { reconnectReason: "invalid_grant" });
  await change(refused, { reconnectReason: "invalid_token", refresh_token: null });
  await change(gone, { environment: "staging" });
  await change(ended, { reconnectReason: "invalid_token" }); // by the refusal of its refresh token
  expect((await run()).checks.map(({ link }) => link)).toEqual([refused]);
});

test("several at once share the work, and no link is asked about twice", async (context) => {
  const opened = await postgresDatabase();
  if (!opened) return context.skip(NO_POSTGRESQL);
  try {
    at.client = opened.client;
    await linksOfAge(Array(30).fill(2), opened.client);
    portal.onRead = async (response) => {
      await sleep(20);
      response.end(adverts);
    };
    const runs = await Promise.all([run(), run(), run()]);
    expect(portal.reads).toHaveLength(30);
    const asked = runs.map(
      ({ checks }) => checks.filter(({ check }) => check.kind === "checked").length,
    );
    expect(asked.reduce((sum, each) => sum + each)).toBe(30);
    expect(asked.filter((each) => each > 0).length).toBeGreaterThan(1);
  } finally {
    await opened.close();
  }
}, 60_000);

test("a portal is asked so often a second, and no more", async () => {
  await linksOfAge([2, 2, 2, 2, 2, 2]);
  const times: number[] = [];
  portal.onRead = (response) => {
    times.push(Date.now());
    response.end(adverts);
  };
  const started = Date.now();
  await run({ perSecond: 10 });
  expect((times.at(-1) ?? 0) - started).toBeGreaterThanOrEqual(490);
});

test("a portal in trouble is left alone after a few failures in a row", async () => {
  await linksOfAge(Array(20).fill(2));
  portal.onRead = (response) => void response.writeHead(503).end();
  const { checks, left } = await run();
  expect(checks.length).toBeLessThan(10);
  expect(left).toHaveLength(20 - checks.length);
  expect(left[0]).toMatchObject({ provider: "olx-otodom" });
});

test("a portal that asks for a long time gets it at once", async () => {
  const said = { "retry-after": "600" };
  await linksOfAge(Array(10).fill(2));
  portal.onRead = (response) => void response.writeHead(429, said).end();
  const { checks, left } = await run({ perSecond: 20 });
  expect(checks.length).toBeLessThanOrEqual(3);
  expect(left).toHaveLength(10 - checks.length);
});

test("a portal that asks for a moment is waited for", async () => {
  await linksOfAge([2, 2, 2]);
  const times: number[] = [];
  portal.onRead = (response) => {
    const first = times.push(Date.now()) === 1;
    response.writeHead(first ? 429 : 200, { "retry-after": "1" }).end(adverts);
  };
  const started = Date.now();
  const { checks, left } = await run({ perSecond: 5 });
  expect(checks).toHaveLength(3);
  expect(left).toEqual([]);
  expect(Date.now() - started).toBeGreaterThan(900);
  const [first = 0, second = 0] = times;
  expect(second - first).toBeGreaterThan(900); // who had their turn already waits too
});

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { memoryDatabase, postgresDatabase } from "@/lib/db/testing";
import { adverts, expiredLink, rotatingPortal, rotatingVariables } from "../testing";
import type { RunCheck, RunOptions } from "./run";

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
  const checks: RunCheck[] = [];
  const result = await checkDueLinks({
    before: anHourAgo(),
    limit: null,
    perSecond: 1000,
    atOnce: null,
    onCheck: (check) => checks.push(check),
    ...options,
  });
  return { ...result, checks };
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

test("each check is told of as it ends", async () => {
  await linksOfAge([2, 3, 4]);
  const { countDueLinks } = await import("./run");
  expect(await countDueLinks({ before: anHourAgo() })).toBe(3);
  const { checks, links, portals, error } = await run();
  expect(checks.map(({ check }) => check.kind)).toEqual(["checked", "checked", "checked"]);
  expect({ links, portals, error }).toEqual({ links: [], portals: [], error: null });
});

test("so many and no more, also when another portal has none that are due", async () => {
  vi.stubEnv("IMMOSCOUT24_CLIENT_ID", "consumer");
  vi.stubEnv("IMMOSCOUT24_CLIENT_SECRET", "consumer-secret");
  await linksOfAge([2, 3, 4]);
  expect((await run({ limit: 2 })).checks).toHaveLength(2);
  expect((await run({ limit: 1 })).checks).toHaveLength(1);
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
    const asked = runs.map(({ checks }) => checks.length);
    expect(asked.reduce((sum, each) => sum + each)).toBe(30);
    expect(asked.filter((each) => each > 0).length).toBeGreaterThan(1);
  } finally {
    await opened.close();
  }
}, 60_000);

test("what a killed run was at is not waited for, and is due at the next", async () => {
  const [held = "", ...others] = await linksOfAge([4, 3, 2]);
  const lease = (checkLeaseUntil: Date) =>
    memory.client.account.update({ where: { id: held }, data: { checkLeaseUntil } });
  await lease(new Date(Date.now() + 120_000));
  expect((await run()).checks.map(({ link }) => link)).toEqual(others);
  await lease(new Date(Date.now() - 1));
  expect((await run()).checks.map(({ link }) => link)).toEqual([held]);
});

test("the links of all boards and sites of a portal come in one order", async () => {
  vi.stubEnv("OLX_SITES", "otodom storia");
  const ids = await linksOfAge([2, 3, 4, 5]);
  for (const id of [ids[0], ids[2]]) {
    await memory.client.account.update({
      where: { id: id ?? "" },
      data: { provider: "olx-storia" },
    });
  }
  const { checks } = await run({ atOnce: 1 });
  expect(checks.map(({ link }) => link)).toEqual(ids.toReversed());
});

test("more links than are read at once are all looked at", async () => {
  const [id = ""] = await linksOfAge([2]);
  await copies(id, 1200);
  const { countDueLinks } = await import("./run");
  expect(await countDueLinks({ before: anHourAgo() })).toBe(1201);
  const seen = new Set<string>();
  const { DueLinks } = await import("./due-links");
  const { connections } = await import("@/lib/conversation/configuration");
  const due = new DueLinks(connections(), anHourAgo());
  for (let link = await due.next(); link; link = await due.next()) seen.add(link.id);
  expect(seen.size).toBe(1201);
});

test("what many have been refreshed since is brought up to date without a question", async () => {
  const [id = ""] = await linksOfAge([2]);
  await copies(id, 1200);
  const tokensAt = new Date();
  await memory.client.account.updateMany({ where: { id: { not: id } }, data: { tokensAt } });
  expect((await run()).checks.map(({ link }) => link)).toEqual([id]);
  expect(await memory.client.account.count({ where: { checkedAt: tokensAt } })).toBe(1200);
});

/** Links like another, a third of them never checked and the others checked together. */
async function copies(id: string, count: number) {
  const {
    id: _,
    providerAccountId: __,
    ...link
  } = await memory.client.account.findUniqueOrThrow({
    where: { id },
  });
  const copy = (n: number) => ({
    ...link,
    member: {},
    id: `copy-${n}`,
    providerAccountId: `copy-${n}`,
    checkedAt: n % 3 === 0 ? null : link.checkedAt,
  });
  await memory.client.account.createMany({
    data: Array.from({ length: count }, (_, n) => copy(n)),
  });
}

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

test("each portal is asked at its own pace", async () => {
  vi.stubEnv("OLX_CHECKS_AT_ONCE", "2");
  vi.stubEnv("OLX_CHECKS_PER_SECOND", "500");
  await linksOfAge([2, 2, 2, 2, 2, 2]);
  let underWay = 0;
  const seen: number[] = [];
  portal.onRead = async (response) => {
    underWay += 1;
    seen.push(underWay);
    await sleep(50);
    underWay -= 1;
    response.end(adverts);
  };
  await run({ perSecond: null });
  expect(Math.max(...seen)).toBe(2);
  seen.length = 0;
  await run({ perSecond: null, atOnce: 1, before: new Date(Date.now() + 1000) });
  expect(seen).toEqual([1, 1, 1, 1, 1, 1]);
});

test("a portal in trouble is left alone after a few failures in a row", async () => {
  await linksOfAge(Array(20).fill(2));
  portal.onRead = (response) => void response.writeHead(503).end();
  const { checks, links, portals } = await run();
  expect(checks.length).toBeLessThan(10);
  expect(links).toEqual([{ connection: "olx-otodom", count: 20 - checks.length }]);
  const left = { reason: "failing", links: 20 - checks.length, restsUntil: expect.any(Date) };
  expect(portals).toMatchObject([left]);
});

test("a portal that asks for a long time gets it at once", async () => {
  const said = { "retry-after": "600" };
  await linksOfAge(Array(10).fill(2));
  portal.onRead = (response) => void response.writeHead(429, said).end();
  const { checks, links, portals } = await run({ perSecond: 20 });
  expect(checks.length).toBeLessThanOrEqual(3);
  expect(links).toEqual([{ connection: "olx-otodom", count: 10 - checks.length }]);
  expect(portals).toMatchObject([{ reason: "rate_limited", links: 10 - checks.length }]);
});

test("a portal that asks for a moment is waited for", async () => {
  await linksOfAge([2, 2, 2]);
  const times: number[] = [];
  portal.onRead = (response) => {
    const first = times.push(Date.now()) === 1;
    response.writeHead(first ? 429 : 200, { "retry-after": "1" }).end(adverts);
  };
  const { checks, links } = await run({ atOnce: 1 });
  expect(checks).toHaveLength(3);
  expect(links).toEqual([]);
  const [first = 0, second = 0] = times;
  expect(second - first).toBeGreaterThan(900);
});

test("a run that is stopped ends what it is at, and says what is left", async () => {
  await linksOfAge([2, 2, 2, 2, 2, 2]);
  const stop = new AbortController();
  portal.onRead = (response) => {
    stop.abort();
    response.end(adverts);
  };
  const { checks, links, portals } = await run({ atOnce: 1, signal: stop.signal });
  expect(checks).toMatchObject([{ check: { outcome: "ok" } }]);
  expect(links).toEqual([{ connection: "olx-otodom", count: 5 }]);
  expect(portals).toEqual([]);
  expect(await memory.client.account.count({ where: { checkLeaseUntil: { not: null } } })).toBe(0);
});

test("a link whose tokens do not open keeps no other from being checked", async () => {
  const [broken = "", ...others] = await linksOfAge([4, 3, 2]);
  const data = { access_token: "not sealed" };
  await memory.client.account.update({ where: { id: broken }, data });
  const { checks, error } = await run();
  expect(checks.map(({ link }) => link)).toEqual(others);
  expect(error).toBeInstanceOf(Error);
});

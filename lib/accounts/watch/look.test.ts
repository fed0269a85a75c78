import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { expiredLink, rotatingVariables } from "../testing";
import { startWatch, stopWatch } from "./clock";
import { lookAtDue } from "./look";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  for (const [name, value] of Object.entries(rotatingVariables("http://localhost:9")))
    vi.stubEnv(name, value);
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(async () => {
  stopWatch();
  await memory.close();
});

const DAY = 24 * 60 * 60 * 1000;
const inDays = (days: number) => new Date(Date.now() + days * DAY);
const secondsIn = (days: number) => inDays(days).getTime() / 1000;

/** OLX says that a refresh token is good for a year. */
const refreshed = (days: number, more = {}) => ({
  tokensAt: inDays(-days),
  expires_at: secondsIn(0.1),
  lookAt: new Date(0),
  ...more,
});

/** A link that nothing renews: its tokens were given so many days ago, and end in so many. */
const lasting = (given: number, ends: number, more = {}) => ({
  refresh_token: null,
  tokensAt: inDays(-given),
  expires_at: secondsIn(ends),
  lookAt: new Date(0),
  ...more,
});

const told = async () =>
  (await memory.client.event.findMany({ orderBy: { id: "asc" } })).map(({ type, reason }) =>
    [type, reason].filter(Boolean).join(" "),
  );

const change = (data: object) => memory.client.account.updateMany({ data });
const linkOf = () => memory.client.account.findFirstOrThrow();

/** In how many days the link will be looked at again. */
const again = async () => ((await linkOf()).lookAt.getTime() - Date.now()) / DAY;

test("a link that is refreshed has nothing to tell, and is looked at again within a week", async () => {
  await expiredLink(memory.client, refreshed(100));
  expect(await lookAtDue()).toBe(1);
  expect(await told()).toEqual([]);
  expect(await again()).toBeGreaterThan(3.4);
  expect(await again()).toBeLessThanOrEqual(7);
  expect(await lookAtDue()).toBe(0);
});

test("the end of consent is told thirty days ahead, seven and one, once each, and then that it is there", async () => {
  await expiredLink(memory.client, refreshed(334));
  const steps = [
    [334, []],
    [335.1, ["link.consent_due 30"]],
    [336, []],
    [358.1, ["link.consent_due 7"]],
    [363, []],
    [364.1, ["link.consent_due 1"]],
    [364.9, []],
    [365.1, ["link.needs_reconnect consent_ended"]],
    [366, []],
  ] as const;
  for (const [days, news] of steps) {
    await memory.client.event.deleteMany();
    await change(refreshed(days));
    await lookAtDue();
    expect([days, await told()]).toEqual([days, news]);
  }
});

test("it is looked at when the next of these days is reached, and when consent ends", async () => {
  await expiredLink(memory.client, refreshed(334));
  for (const [days, next] of [
    [334.5, 0.5],
    [357.5, 0.5],
    [363.8, 0.2],
    [364.5, 0.5],
  ] as const) {
    await change(refreshed(days));
    await lookAtDue();
    expect(await again()).toBeCloseTo(next, 2);
  }
});

test("after an outage only the nearest day is told", async () => {
  await expiredLink(memory.client, refreshed(360));
  await lookAtDue();
  expect(await told()).toEqual(["link.consent_due 7"]);
});

test("new tokens make a new date, of which all is told again", async () => {
  await expiredLink(memory.client, refreshed(360));
  await lookAtDue();
  await change(refreshed(10));
  await lookAtDue();
  expect(await linkOf()).toMatchObject({ toldDays: null });
  await change(refreshed(360));
  await lookAtDue();
  expect(await told()).toEqual(["link.consent_due 7", "link.consent_due 7"]);
});

test.each([
  ["a day", lasting(0, 1), []],
  ["a week", lasting(0.5, 6.5), []],
  ["thirty days, of which two are left", lasting(28, 2), ["link.consent_due 7"]],
  ["ninety days, of which twenty are left", lasting(70, 20), ["link.consent_due 30"]],
  ["no end", lasting(70, 20, { expires_at: null }), []],
])(
  "of a token that is good for %s only what was not so from the first day is told",
  async (_, more, news) => {
    await expiredLink(memory.client, more);
    await lookAtDue();
    expect(await told()).toEqual(news);
  },
);

test.each([
  ["a token has ended that nothing renews", lasting(90, -0.001), "expired_token"],
  [
    "its registration is no longer ours",
    refreshed(1, { clientId: "older", expires_at: 1 }),
    "other_client",
  ],
  ["an older version has found it broken", refreshed(1, { reconnectReason: "refused" }), "refused"],
])("where %s, no one has to ask for it to be told, once", async (_, more, reason) => {
  await expiredLink(memory.client, more);
  await lookAtDue();
  await change({ lookAt: new Date(0) });
  await lookAtDue();
  expect(await told()).toEqual([`link.needs_reconnect ${reason}`]);
});

test("a link that was told to be broken and works is told to work", async () => {
  await expiredLink(memory.client, refreshed(1, { toldBroken: true }));
  await lookAtDue();
  expect(await told()).toEqual(["link.recovered"]);
});

test("a link that is broken as it is told has no other end to wait for", async () => {
  await expiredLink(memory.client, refreshed(360, { toldBroken: true, checkOutcome: "refused" }));
  await lookAtDue();
  expect(await told()).toEqual([]);
});

test("of a connection that is not set up here nothing is said", async () => {
  const more = refreshed(400, { provider: "olx-storia" });
  await expiredLink(memory.client, more);
  await expiredLink(memory.client, { ...more, provider: "olx-otodom", environment: "staging" });
  expect(await lookAtDue()).toBe(2);
  expect(await told()).toEqual([]);
});

test("it goes in batches", async () => {
  for (let n = 0; n < 5; n += 1) await expiredLink(memory.client, refreshed(1));
  expect(await lookAtDue(2)).toBe(2);
  expect([await lookAtDue(2), await lookAtDue(2), await lookAtDue(2)]).toEqual([2, 1, 0]);
});

test("the app does it by itself", async () => {
  await expiredLink(memory.client, lasting(90, -1));
  startWatch(20);
  startWatch(20); // each process has one
  await vi.waitFor(async () => expect(await told()).toHaveLength(1), 10_000);
});

import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { noticingAbsence } from "@/lib/db/absence";
import { memoryDatabase } from "@/lib/db/testing";
import { backgroundDone } from "@/lib/process/background";
import { beginProcess } from "@/lib/process/testing";
import { expiredLink } from "../testing";
import { claimRefresh, claimRetry, isClaimed, renewLease } from "./claim";

/** Who may refresh a link, and what is known of the requests before. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

/** So long ago that the holder has given up. */
const past = () => new Date(Date.now() - 600_000);
const future = () => new Date(Date.now() + 60_000);

const attempts = () => memory.client.refreshAttempt.findMany({ orderBy: { id: "asc" } });

test.each<[string, () => Record<string, unknown>]>([
  ["that is at rest", () => ({})],
  ["whose time to wait is over", () => ({ retryAt: past() })],
  ["whose lease has run out", () => ({ leaseOwner: "dead", leaseUntil: past() })],
])("a link %s can be claimed", async (_about, more) => {
  const id = await expiredLink(memory.client, more());
  const claim = await claimRefresh({ id, generation: 1 }, "us");
  expect(claim).toMatchObject({ link: id, generation: 1, owner: "us", doubtful: false });
  expect(await attempts()).toMatchObject([{ accountId: id, owner: "us", outcome: null }]);
});

test.each<[string, () => Record<string, unknown>]>([
  ["whose portal asked for time", () => ({ retryAt: future() })],
  ["that another process has the lease of", () => ({ leaseOwner: "them", leaseUntil: future() })],
  ["with other tokens than those asked for", () => ({ generation: 2 })],
  ["without a refresh token", () => ({ refresh_token: null })],
  ["that only its member can mend", () => ({ reconnectReason: "invalid_grant" })],
])("a link %s cannot be claimed, and nothing of it changes", async (_about, more) => {
  const id = await expiredLink(memory.client, more());
  const before = await memory.client.account.findUnique({ where: { id } });
  expect(await claimRefresh({ id, generation: 1 }, "us")).toBeNull();
  expect(await memory.client.account.findUnique({ where: { id } })).toEqual(before);
  expect(await attempts()).toEqual([]);
});

test("a refresh token is doubtful after a request of its generation without an answer, and of no other", async () => {
  const id = await expiredLink(memory.client);
  const other = await expiredLink(memory.client);
  await claimRefresh({ id, generation: 1 }, "dead");
  await memory.client.account.update({ where: { id }, data: { leaseUntil: past() } });
  expect(await claimRefresh({ id, generation: 1 }, "us")).toMatchObject({ doubtful: true });
  expect(await claimRefresh({ id: other, generation: 1 }, "us")).toMatchObject({ doubtful: false });
  await memory.client.account.update({
    where: { id },
    data: { leaseUntil: past(), generation: 2 },
  });
  expect(await claimRefresh({ id, generation: 2 }, "us")).toMatchObject({ doubtful: false });
});

test("a request that was answered leaves no doubt", async () => {
  const id = await expiredLink(memory.client);
  const answered = { accountId: id, generation: 1, owner: "us", outcome: "unavailable" };
  await memory.client.refreshAttempt.create({ data: answered });
  expect(await claimRefresh({ id, generation: 1 }, "us")).toMatchObject({ doubtful: false });
});

test("one more request under the same lease is one more journal row, and the token is doubtful", async () => {
  const id = await expiredLink(memory.client);
  const claim = await claimRefresh({ id, generation: 1 }, "us");
  if (!claim) throw new Error("not claimed");
  expect(await claimRetry(claim, "timed_out")).toMatchObject({ owner: "us", doubtful: true });
  expect(await attempts()).toMatchObject([
    { outcome: "unknown", reason: "timed_out", endedAt: expect.any(Date) },
    { outcome: null, endedAt: null },
  ]);
});

test("a claim closes what a dead process has left open at its link, and nothing else", async () => {
  const id = await expiredLink(memory.client);
  const other = await expiredLink(memory.client);
  const endedAt = past();
  const ended = { outcome: "refused", reason: "invalid_grant", endedAt };
  await memory.client.refreshAttempt.createMany({
    data: [
      { accountId: id, generation: 1, owner: "dead" },
      { accountId: id, generation: 1, owner: "before", ...ended },
      { accountId: other, generation: 1, owner: "them" },
    ],
  });
  await claimRefresh({ id, generation: 1 }, "us");
  expect(await attempts()).toMatchObject([
    { owner: "dead", outcome: "unknown", reason: "interrupted", endedAt: expect.any(Date) },
    { owner: "before", ...ended },
    { owner: "them", outcome: null, endedAt: null },
    { owner: "us", outcome: null },
  ]);
});

test.each<[string, () => Record<string, unknown>, boolean]>([
  ["these tokens and a lease", () => ({ leaseUntil: future() }), true],
  ["these tokens and a lease that has run out", () => ({ leaseUntil: past() }), false],
  ["these tokens and no lease", () => ({}), false],
  ["newer tokens and a lease", () => ({ leaseUntil: future(), generation: 2 }), false],
])("whether another process refreshes a link with %s", async (_about, more, claimed) => {
  const id = await expiredLink(memory.client, more());
  expect(await isClaimed({ id, generation: 1 })).toBe(claimed);
});

const leaseOf = async (id: string) =>
  (await memory.client.account.findUniqueOrThrow({ where: { id } })).leaseUntil?.getTime() ?? 0;

test("a lease lasts seconds, and its holder renews it; one that is another's is left alone", async () => {
  const id = await expiredLink(memory.client);
  const claim = await claimRefresh({ id, generation: 1 }, "us");
  if (!claim) throw new Error("not claimed");
  expect((await leaseOf(id)) - Date.now()).toBeLessThanOrEqual(10_000);
  const before = past();
  await memory.client.account.update({ where: { id }, data: { leaseUntil: before } });
  await renewLease({ ...claim, owner: "them" });
  await renewLease({ ...claim, generation: 2 });
  expect(await leaseOf(id)).toBe(before.getTime());
  await renewLease(claim);
  expect(await leaseOf(id)).toBeGreaterThan(Date.now() + 8_000);
});

test("after the database was away, a lease that has run out is left to its holder for a while", async () => {
  const id = await expiredLink(memory.client, { leaseOwner: "them", leaseUntil: past() });
  const free = await expiredLink(memory.client);
  const away = new Error("Connection terminated unexpectedly");
  await expect(noticingAbsence(() => Promise.reject(away))).rejects.toThrow();
  expect(await claimRefresh({ id, generation: 1 }, "us")).toBeNull();
  expect(await claimRefresh({ id: free, generation: 1 }, "us")).not.toBeNull();
  beginProcess(); // as half a minute later
  expect(await claimRefresh({ id, generation: 1 }, "us")).not.toBeNull();
});

/** A lease that ran out a moment ago, and a clock of this process that goes only when it is told to. */
async function justRunOut() {
  const leaseUntil = new Date(Date.now() - 1_000);
  const id = await expiredLink(memory.client, { leaseOwner: "them", leaseUntil });
  let now = 1_000_000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  onTestFinished(() => void vi.restoreAllMocks());
  beginProcess();
  return {
    claim: () => claimRefresh({ id, generation: 1 }, "us"),
    /** The database answers after so many seconds in which it was not asked. */
    async answered(seconds: number) {
      now += seconds * 1000;
      await noticingAbsence(async () => null);
    },
  };
}

test("a process that has just come leaves to its holder what may have run out while the database was away", async () => {
  const { claim, answered } = await justRunOut();
  expect(await claim()).toBeNull();
  await answered(3);
  expect(await claim()).toBeNull();
  for (const seconds of [1, 2, 3]) await answered(seconds);
  expect(await claim()).not.toBeNull();
});

test("one that has not asked for a while does, too", async () => {
  const { claim, answered } = await justRunOut();
  for (const seconds of [1, 2, 3, 4]) await answered(seconds);
  await answered(8);
  expect(await claim()).toBeNull();
  for (const seconds of [1, 2, 4]) await answered(seconds);
  expect(await claim()).not.toBeNull();
});

/** A database that commits and is gone before it can say so. */
function committingUnheard() {
  const { client } = memory;
  const unheard = async (...given: Parameters<typeof client.$transaction>) => {
    await client.$transaction(...given);
    at.client = client;
    throw new Error("Connection terminated unexpectedly");
  };
  at.client = new Proxy(client, {
    get: (target, name) => (name === "$transaction" ? unheard : Reflect.get(target, name)),
  });
}

test("a lease that was taken unheard is given back, and leaves no doubt: nothing was asked under it", async () => {
  const id = await expiredLink(memory.client);
  committingUnheard();
  await expect(claimRefresh({ id, generation: 1 }, "us")).rejects.toThrow("terminated");
  expect(await leaseOf(id)).toBeGreaterThan(Date.now());
  await backgroundDone();
  expect(await leaseOf(id)).toBe(0);
  expect(await attempts()).toMatchObject([{ outcome: "unavailable", reason: "not_asked" }]);
  expect(await claimRefresh({ id, generation: 1 }, "them")).toMatchObject({ doubtful: false });
});

test("a lease that has another holder by then is left alone, also another of the same process", async () => {
  const id = await expiredLink(memory.client);
  committingUnheard();
  await expect(claimRefresh({ id, generation: 1 }, "us")).rejects.toThrow("terminated");
  await memory.client.account.update({ where: { id }, data: { leaseUntil: past() } });
  expect(await claimRefresh({ id, generation: 1 }, "us")).not.toBeNull();
  await backgroundDone();
  expect(await leaseOf(id)).toBeGreaterThan(Date.now());
  expect(await attempts()).toMatchObject([{ outcome: "unknown" }, { outcome: null }]);
});

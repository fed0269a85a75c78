import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { log } from "@/lib/process/log";
import { expiredLink } from "../testing";
import { startRetentionClock, stopRetentionClock } from "./clock";
import { tidy } from "./tidy";
import { keepTurn, takeTurn } from "./turn";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("@/lib/process/log", { spy: true });

const keepDays = vi.hoisted(() => ({
  vends: 90,
  journal: 30,
  revocations: 90,
  erased: 730,
  events: 90,
}));
vi.mock("@/lib/env", async (original) => {
  const env = await original<typeof import("@/lib/env")>();
  return { ...env, settings: () => ({ ...env.settings(), keepDays }) };
});

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
  vi.mocked(log).mockImplementation(() => {});
});

afterEach(async () => {
  stopRetentionClock();
  vi.clearAllMocks();
  await memory.close();
});

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000);

type Event = { action: string; outcome?: string; userId?: string; days: number };

async function events(...all: Event[]) {
  await memory.client.auditEvent.createMany({
    data: all.map(({ action, outcome = "succeeded", userId = "anna", days }) => ({
      action,
      outcome,
      userId,
      at: daysAgo(days),
      requestId: `${action}.${outcome}.${userId}.${days}`,
    })),
  });
}

async function eventsLeft() {
  const rows = await memory.client.auditEvent.findMany({ orderBy: { id: "asc" } });
  return rows.map(({ requestId }) => requestId);
}

test("vends and refreshes go by their age; what a user did and what broke a link stays", async () => {
  await events(
    { action: "vend", days: 91 },
    { action: "vend", outcome: "reconnect_needed", days: 91 },
    { action: "refresh", days: 91 },
    { action: "refresh", outcome: "unavailable", days: 91 },
    { action: "refresh", outcome: "refused", days: 5_000 },
    { action: "link", days: 5_000 },
    { action: "sign_in", days: 5_000 },
    { action: "check", outcome: "broken", days: 5_000 },
    { action: "key_created", days: 5_000 },
    { action: "vend", days: 89 },
    { action: "refresh", days: 89 },
  );
  await tidy();
  expect(await eventsLeft()).toEqual([
    "refresh.refused.anna.5000",
    "link.succeeded.anna.5000",
    "sign_in.succeeded.anna.5000",
    "check.broken.anna.5000",
    "key_created.succeeded.anna.5000",
    "vend.succeeded.anna.89",
    "refresh.succeeded.anna.89",
  ]);
});

test("the record of a user who is gone goes as a whole, its end last, and no other user's", async () => {
  await events(
    { action: "link", userId: "gone", days: 900 },
    { action: "delete_account", userId: "gone", days: 731 },
    { action: "revoke", outcome: "revoked", userId: "gone", days: 729 },
    { action: "sign_in", userId: "brought", days: 900 },
    { action: "moved_away", userId: "brought", days: 731 },
    { action: "link", userId: "going", days: 900 },
    { action: "delete_account", userId: "going", days: 729 },
    { action: "link", userId: "anna", days: 900 },
  );
  const steps: string[][] = [];
  await tidy({ batch: 1, onBatch: async () => void steps.push(await eventsLeft()) });
  expect(steps.at(-1)).toEqual([
    "link.succeeded.going.900",
    "delete_account.succeeded.going.729",
    "link.succeeded.anna.900",
  ]);
  for (const left of steps) {
    const ofTheGone = left.filter((id) => id.includes(".gone."));
    if (ofTheGone.length > 0) expect(ofTheGone.join()).toContain("delete_account");
  }
});

test("the record of a user who is still there is never that of one who is gone", async () => {
  const { id: userId } = await memory.client.user.create({ data: {} });
  await events({ action: "link", userId, days: 900 }, { action: "moved_away", userId, days: 900 });
  await tidy();
  expect(await eventsLeft()).toHaveLength(2);
});

test("of the journal the closed rows of older generations go, and what decides about the present one stays", async () => {
  const link = await expiredLink(memory.client, { generation: 5 });
  const row = (generation: number, days: number, outcome: string | null = "succeeded") => ({
    accountId: link,
    generation,
    owner: "x",
    startedAt: daysAgo(days),
    endedAt: outcome && daysAgo(days),
    outcome,
  });
  await memory.client.refreshAttempt.createMany({
    data: [
      row(5, 400, "unavailable"),
      row(5, 400, "unknown"),
      row(4, 400, null),
      row(3, 31),
      row(3, 400, "unknown"),
      row(4, 29),
      row(4, 31), // behind one that is younger: the next time
    ],
  });
  for (const batch of [2, 1_000]) await tidy({ batch });
  const left = await memory.client.refreshAttempt.findMany({ orderBy: { id: "asc" } });
  expect(left.map(({ generation, outcome }) => [generation, outcome])).toEqual([
    [5, "unavailable"],
    [5, "unknown"],
    [4, null],
    [4, "succeeded"],
  ]);
});

test("ended revocations, expired sessions and used flows go, and waiting, live and young ones stay", async () => {
  const { id: userId } = await memory.client.user.create({ data: {} });
  const session = (sessionToken: string, days: number) => ({
    sessionToken,
    userId,
    expires: daysAgo(days),
  });
  await memory.client.session.createMany({ data: [session("old", 0.001), session("live", -1)] });
  const flow = (token: string, days: number) => ({
    identifier: "flow",
    token,
    expires: daysAgo(days),
  });
  await memory.client.verificationToken.createMany({ data: [flow("old", 0.001), flow("new", -1)] });
  const revocation = (id: string, days: number | null) => ({
    id,
    userId,
    connection: "spark",
    environment: "production",
    member: "",
    endedAt: days === null ? null : daysAgo(days),
  });
  const told = (reason: string, days: number) => ({
    reader: "",
    type: "link.removed",
    reason,
    at: daysAgo(days),
  });
  await memory.client.event.createMany({
    data: [told("old", 91), told("young", 89), { ...told("placed", 91), position: 1n }],
  });
  await memory.client.revocation.createMany({
    data: [revocation("old", 91), revocation("young", 89), revocation("waiting", null)],
  });
  const tidied = await tidy();
  expect((await memory.client.event.findMany()).map(({ reason }) => reason)).toEqual(["young"]);
  expect((await memory.client.session.findMany()).map((row) => row.sessionToken)).toEqual(["live"]);
  expect((await memory.client.verificationToken.findMany()).map((row) => row.token)).toEqual([
    "new",
  ]);
  const revocations = await memory.client.revocation.findMany({ orderBy: { id: "asc" } });
  expect(revocations.map(({ id }) => id)).toEqual(["waiting", "young"]);
  expect(Object.fromEntries(tidied.map(({ what, removed }) => [what, removed]))).toMatchObject({
    "expired sessions": 1,
    "used flows and counts of limits": 1,
    "ended revocations": 1,
    "events that back ends are told": 2,
  });
});

test("it goes in batches, ends after the one that is under way, and goes on the next time", async () => {
  await events(...Array.from({ length: 10 }, () => ({ action: "vend", days: 91 })));
  const interruption = new AbortController();
  const onBatch = (_: unknown, removed: number) => removed > 0 && interruption.abort();
  await tidy({ batch: 4, signal: interruption.signal, onBatch });
  expect(await eventsLeft()).toHaveLength(6);
  const [removed] = (await tidy({ batch: 4 })).filter((row) => row.what.startsWith("vends"));
  expect(removed).toMatchObject({ removed: 6 });
});

test("each setting counts", async () => {
  await events({ action: "vend", days: 3 });
  keepDays.vends = 2;
  await tidy();
  keepDays.vends = 90;
  expect(await eventsLeft()).toEqual([]);
});

test("of many processes it is one process's turn, until its time is over", async () => {
  const turns = await Promise.all(Array.from({ length: 8 }, takeTurn));
  expect(turns.filter(Boolean)).toHaveLength(1);
  await memory.client.verificationToken.updateMany({ data: { expires: daysAgo(1) } });
  await keepTurn();
  expect(await takeTurn()).toBe(false);
  await memory.client.verificationToken.updateMany({ data: { expires: daysAgo(1) } });
  expect(await takeTurn()).toBe(true);
});

test("the app does it by itself", async () => {
  await events({ action: "vend", days: 91 }, { action: "vend", days: 1 });
  startRetentionClock(20);
  startRetentionClock(20); // each process has one
  await vi.waitFor(async () => expect(await eventsLeft()).toHaveLength(1), 10_000);
  await vi.waitFor(() =>
    expect(log).toHaveBeenCalledWith("info", "retention.removed", { rows: 1 }),
  );
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { startRevocationClock, stopRevocationClock } from "./clock";

/** What waits for portals, where no one comes by and no cron runs. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(async () => {
  stopRevocationClock();
  vi.restoreAllMocks();
  await memory.close();
});

const DAY_MS = 24 * 60 * 60 * 1000;

function waiting(days: number) {
  const createdAt = new Date(Date.now() - days * DAY_MS);
  const data = {
    userId: "anna",
    accountId: "link",
    connection: "not-offered",
    environment: "production",
    member: "member-7",
    access_token: "sealed",
    kid: "k1",
    createdAt,
    nextTryAt: createdAt,
  };
  return memory.client.revocation.create({ data });
}

const rowOf = ({ id }: { id: string }) =>
  memory.client.revocation.findUniqueOrThrow({ where: { id } });

test("they are tried and destroyed in time by themselves", async () => {
  const old = await waiting(8);
  const young = await waiting(1);
  startRevocationClock(50);
  startRevocationClock(50); // each process has one
  await vi.waitFor(async () => {
    expect(await rowOf(old)).toMatchObject({ outcome: "gave_up", access_token: null });
    expect(await rowOf(young)).toMatchObject({ outcome: null, tries: 1 });
  }, 10_000);
});

test("what is put off is put off to the end of its week at most", async () => {
  const row = await waiting(6.9);
  const { claimRevocation, postponeRevocation } = await import("./claim");
  const claim = await claimRevocation(row.id);
  if (!claim) throw new Error("not claimed");
  await postponeRevocation(claim, "rate_limited", 80_000);
  const { createdAt, nextTryAt } = await rowOf(row);
  expect(nextTryAt?.getTime()).toBeLessThanOrEqual(createdAt.getTime() + 7 * DAY_MS);
});

test("of a portal that is left alone nothing is tried, but for what is over", async () => {
  const { dueRevocations } = await import("./claim");
  const old = await waiting(8);
  const young = await waiting(1);
  expect((await dueRevocations(10, [])).toSorted()).toEqual([old.id, young.id].toSorted());
  expect(await dueRevocations(10, ["not-offered"])).toEqual([old.id]);
});

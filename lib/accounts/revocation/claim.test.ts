import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import {
  type ClaimedRevocation,
  claimRevocation,
  dueRevocations,
  endRevocation,
  openQueued,
  postponeRevocation,
  replaceQueued,
} from "./claim";
import { sealedFor } from "./queue";

/** Whose turn a row of the queue is, and what may still be written by a process that was overtaken. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(async () => {
  vi.restoreAllMocks();
  await memory.close();
});

const past = () => new Date(Date.now() - 60_000);
const future = () => new Date(Date.now() + 60_000);

/** A row with `access-1` and `refresh-1` that is due. */
async function queued(more: Record<string, unknown> = {}) {
  const id = crypto.randomUUID();
  const tokens = { accessToken: "access-1", refreshToken: "refresh-1" };
  const authorization = {
    userId: "user",
    accountId: "link",
    connection: "spark",
    environment: "production",
    member: "member-7",
  };
  const sealed = await sealedFor(id, tokens);
  const data = { id, ...authorization, ...sealed, nextTryAt: past(), ...more };
  await memory.client.revocation.create({ data });
  return id;
}

const rowOf = (id: string) => memory.client.revocation.findUniqueOrThrow({ where: { id } });

async function claimed(id: string): Promise<ClaimedRevocation> {
  const claim = await claimRevocation(id);
  if (!claim) throw new Error("not claimed");
  return claim;
}

test.each<[string, () => Record<string, unknown>]>([
  ["that is due", () => ({})],
  ["whose lease has run out", () => ({ leaseUntil: past(), tries: 1 })],
])("a row %s is offered and can be claimed", async (_about, more) => {
  const id = await queued(more());
  expect(await dueRevocations(10, [])).toEqual([id]);
  expect(await claimed(id)).toMatchObject({ id, overdue: false, userId: "user", clientId: null });
  expect(await dueRevocations(10, [])).toEqual([]);
});

test.each<[string, () => Record<string, unknown>]>([
  ["that has ended", () => ({ outcome: "revoked" })],
  ["that is not due yet", () => ({ nextTryAt: future() })],
  ["that another process has the lease of", () => ({ leaseUntil: future(), tries: 1 })],
])("a row %s is not offered and cannot be claimed", async (_about, more) => {
  const id = await queued(more());
  const before = await rowOf(id);
  expect(await dueRevocations(10, [])).toEqual([]);
  expect(await claimRevocation(id)).toBeNull();
  expect(await rowOf(id)).toEqual(before);
});

const end = { outcome: "revoked", reason: null } as const;

test.each<[string, (claim: ClaimedRevocation) => Promise<void>]>([
  ["end", (claim) => endRevocation(claim, end)],
  ["postpone", (claim) => postponeRevocation(claim, "failing", null)],
  ["replace", (claim) => replaceQueued(claim, { accessToken: "access-2", refreshToken: null })],
])("a process whose lease has gone to another cannot %s its row", async (_about, write) => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const id = await queued();
  const late = await claimed(id);
  await memory.client.revocation.update({ where: { id }, data: { leaseUntil: past() } });
  await claimed(id);
  const before = await rowOf(id);
  await write(late);
  expect(await rowOf(id)).toEqual(before);
  expect(await memory.client.auditEvent.count()).toBe(0);
  expect(said).not.toHaveBeenCalled();
});

test.each<[string, (claim: ClaimedRevocation) => Promise<void>]>([
  ["ended again", (claim) => endRevocation(claim, { outcome: "gave_up", reason: "too_late" })],
  ["postponed", (claim) => postponeRevocation(claim, "failing", null)],
  [
    "given tokens",
    (claim) => replaceQueued(claim, { accessToken: "access-2", refreshToken: null }),
  ],
])("a row that has ended is not %s", async (_about, write) => {
  const claim = await claimed(await queued());
  await endRevocation(claim, end);
  const before = await rowOf(claim.id);
  await write(claim);
  expect(await rowOf(claim.id)).toEqual(before);
  expect(await memory.client.auditEvent.count()).toBe(1);
});

test("the holder of the lease ends, postpones and replaces", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const claim = await claimed(await queued());
  await replaceQueued(claim, { accessToken: "access-2", refreshToken: "refresh-2" });
  const replaced = { ...claim, ...(await rowOf(claim.id)), overdue: false };
  expect(await openQueued(replaced)).toEqual({
    accessToken: "access-2",
    refreshToken: "refresh-2",
  });
  await postponeRevocation(claim, "failing", null);
  expect(await rowOf(claim.id)).toMatchObject({ leaseUntil: null, reason: "failing" });
  await endRevocation(claim, end);
  expect(await rowOf(claim.id)).toMatchObject({ outcome: "revoked", access_token: null });
});

const DAY_SECONDS = 24 * 60 * 60;

test.each([
  { tries: 0, asks: null, least: 7, most: 15 },
  { tries: 1, asks: null, least: 30, most: 60 },
  { tries: 20, asks: null, least: 10_800, most: 21_600 },
  { tries: 0, asks: 3_600, least: 3_600, most: 3_600 },
  { tries: 0, asks: 400 * DAY_SECONDS, least: DAY_SECONDS, most: DAY_SECONDS },
])(
  "after $tries tries a portal that asks for $asks seconds is left alone for $least to $most",
  async ({ tries, asks, least, most }) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const claim = await claimed(await queued({ tries }));
    const before = Date.now();
    await postponeRevocation(claim, "failing", asks);
    const after = Date.now();
    const nextTryAt = (await rowOf(claim.id)).nextTryAt?.getTime() ?? 0;
    expect(nextTryAt).toBeGreaterThanOrEqual(before + least * 1000 - 1);
    expect(nextTryAt).toBeLessThanOrEqual(after + most * 1000 + 1);
  },
);

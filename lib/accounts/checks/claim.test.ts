import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { expiredLink } from "../testing";
import { claimCheck, releaseCheck } from "./claim";

/** Who may check a link. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

const minutes = (count: number) => new Date(Date.now() + count * 60_000);

test.each<[string, () => Record<string, unknown>, boolean]>([
  ["that is at rest", () => ({ checkLeaseUntil: null }), true],
  ["whose lease has run out", () => ({ checkLeaseUntil: minutes(-1) }), true],
  ["that another process checks", () => ({ checkLeaseUntil: minutes(1) }), false],
  ["that was checked before", () => ({ checkedAt: minutes(-20) }), true],
  ["that was never checked", () => ({ checkedAt: null }), true],
  ["that was checked since", () => ({ checkedAt: minutes(-5) }), false],
  ["that was refreshed since", () => ({ tokensAt: minutes(-5) }), false],
  [
    "that has new tokens which were never tried",
    () => ({ tokensAt: minutes(-5), checkedAt: null, checkOutcome: null }),
    true,
  ],
])("whether a link %s can be claimed", async (_about, more, can) => {
  const id = await expiredLink(memory.client, { checkedAt: minutes(-20), ...more() });
  const claim = await claimCheck(id, minutes(-10));
  expect(claim !== null).toBe(can);
});

test("a lease is given back by its holder, and not by one whose lease has run out", async () => {
  const id = await expiredLink(memory.client);
  const late = await claimCheck(id, null);
  const runOut = minutes(-1);
  await memory.client.account.update({ where: { id }, data: { checkLeaseUntil: runOut } });
  const holder = await claimCheck(id, null);
  if (!late || !holder) throw new Error("not claimed");
  await releaseCheck({ ...late, until: runOut });
  expect(await claimCheck(id, null)).toBeNull();
  await releaseCheck(holder);
  expect(await claimCheck(id, null)).not.toBeNull();
});

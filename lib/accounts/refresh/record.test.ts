import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { OAuthError } from "@/lib/oauth/errors";
import type { RefreshOutcome } from "@/lib/oauth/refresh";
import { importedTokens } from "@/lib/oauth/tokens";
import { expiredLink } from "../testing";
import { readLink } from "../tokens/link-tokens";
import { claimRefresh } from "./claim";
import { recordRefresh } from "./record";

/** What a process may still write when its refresh comes to an end. */

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

const linkOf = (id: string) => memory.client.account.findUniqueOrThrow({ where: { id } });

const newTokens: RefreshOutcome = {
  kind: "succeeded",
  response: { tokens: importedTokens("access-2", "refresh-2"), idToken: null, moreFields: {} },
};

/** A refresh that has its answer, and has not written what came of it. */
async function answeredRefresh(outcome = newTokens, more = {}) {
  const id = await expiredLink(memory.client, more);
  const link = await readLink(id);
  const claim = await claimRefresh({ id, generation: 1 }, "us");
  if (!link || !claim) throw new Error("not claimed");
  return { id, write: () => recordRefresh(claim, link, outcome) };
}

test("the holder of the lease writes the new tokens and gives the lease back", async () => {
  const { id, write } = await answeredRefresh();
  await write();
  expect(await linkOf(id)).toMatchObject({ generation: 2, leaseOwner: null, leaseUntil: null });
});

test.each([
  ["the lease has gone to another process", { leaseOwner: "another" }],
  ["the link has had newer tokens", { generation: 2 }],
])("nothing is written when meanwhile %s", async (_about, change) => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const { id, write } = await answeredRefresh();
  await memory.client.account.update({ where: { id }, data: change });
  const before = await linkOf(id);
  await write();
  expect(await linkOf(id)).toEqual(before);
  expect(said.mock.calls.flat().join()).toContain("refresh.fenced_out");
  const [attempt] = await memory.client.refreshAttempt.findMany();
  expect(attempt).toMatchObject({ outcome: "succeeded" });
});

test("new tokens end what earlier failures have left behind", async () => {
  const { id, write } = await answeredRefresh(newTokens, { failures: 3, retryAt: new Date(0) });
  await write();
  expect(await linkOf(id)).toMatchObject({ failures: 0, retryAt: null, checkOutcome: "ok" });
});

const DAY_SECONDS = 24 * 60 * 60;

test.each([
  { failed: 0, asks: 0, least: 1, most: 2 },
  { failed: 3, asks: 0, least: 8, most: 16 },
  { failed: 40, asks: 0, least: 450, most: 900 },
  { failed: 0, asks: 3_600, least: 3_600, most: 3_600 },
  { failed: 0, asks: 400 * DAY_SECONDS, least: DAY_SECONDS, most: DAY_SECONDS },
])(
  "after $failed failures a portal that asks for $asks seconds is left alone for $least to $most",
  async ({ failed, asks, least, most }) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const error = new OAuthError("failing", "Not now", { retryAfter: asks });
    const unavailable = { kind: "unavailable", error } as const;
    const { id, write } = await answeredRefresh(unavailable, { failures: failed });
    const before = Date.now();
    await write();
    const after = Date.now();
    const retryAt = (await linkOf(id)).retryAt?.getTime() ?? 0;
    expect(retryAt).toBeGreaterThanOrEqual(before + least * 1000 - 1);
    expect(retryAt).toBeLessThanOrEqual(after + most * 1000 + 1);
  },
);

test("a failure is not written either when the lease has gone to another process", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const error = new OAuthError("failing", "Not now", {});
  const { id, write } = await answeredRefresh({ kind: "unavailable", error });
  await memory.client.account.update({ where: { id }, data: { leaseOwner: "another" } });
  const before = await linkOf(id);
  await write();
  expect(await linkOf(id)).toEqual(before);
});

import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
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

test("newer tokens are not written over", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const { id, write } = await answeredRefresh();
  await memory.client.account.update({ where: { id }, data: { generation: 2 } });
  const before = await linkOf(id);
  await write();
  expect(await linkOf(id)).toEqual(before);
  expect(said.mock.calls.flat().join()).toContain("refresh.fenced_out");
  const [attempt] = await memory.client.refreshAttempt.findMany();
  expect(attempt).toMatchObject({ outcome: "succeeded" });
});

test.each([
  ["another process has the lease", { leaseOwner: "another" }],
  [
    "another process was refused what these have replaced",
    { leaseOwner: null, reconnectReason: "answer_lost" },
  ],
])("the only tokens that live are written also when %s", async (_about, change) => {
  const { id, write } = await answeredRefresh();
  await memory.client.account.update({ where: { id }, data: change });
  await write();
  expect(await linkOf(id)).toMatchObject({
    generation: 2,
    reconnectReason: null,
    leaseOwner: null,
  });
});

test("tokens that come late tell that the link works again which another process has told to be broken", async () => {
  const { id, write } = await answeredRefresh();
  const change = { leaseOwner: null, reconnectReason: "answer_lost", toldBroken: true };
  await memory.client.account.update({ where: { id }, data: change });
  await write();
  const events = await memory.client.event.findMany();
  expect(events).toMatchObject([{ type: "link.recovered", accountId: id }]);
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

/** The portal itself says no, in words that its file does not know. */
const undeclared = {
  kind: "unavailable",
  error: new OAuthError("refused", "No", { status: 400, error: "bad_token", said: "own" }),
} as const;

/** Refusals of this kind before, so many hours ago. */
async function refusedBefore(accountId: string, hoursAgo: number[], generation = 1) {
  await memory.client.refreshAttempt.createMany({
    data: hoursAgo.map((hours) => ({
      accountId,
      generation,
      owner: "us",
      outcome: "unavailable",
      reason: "refused_for_now",
      startedAt: new Date(Date.now() - hours * 3_600_000),
    })),
  });
}

test.each<[about: string, hoursAgo: number[], ends: boolean]>([
  ["never before", [], false],
  ["four times today", [20, 10, 5, 1], false],
  ["once, a day ago", [25], false],
  ["three times, since a day", [25, 10, 1], false],
  ["four times, since a day", [25, 10, 5, 1], true],
])("an undeclared refusal after others (%s) ends the link: %s", async (_about, hoursAgo, ends) => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const { id, write } = await answeredRefresh(undeclared);
  await refusedBefore(id, hoursAgo);
  await write();
  expect(await linkOf(id)).toMatchObject(
    ends
      ? { reconnectReason: "refused_for_long", checkOutcome: "refused_for_long" }
      : { reconnectReason: null, checkOutcome: "refused_for_now", failures: 1 },
  );
});

test("what was refused to other tokens, or by a gateway, does not count", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const other = await answeredRefresh(undeclared);
  await refusedBefore(other.id, [30, 20, 10, 1], 0);
  await other.write();
  expect(await linkOf(other.id)).toMatchObject({ reconnectReason: null });
  const page = new OAuthError("web_page", "A page", { status: 403 });
  const gateway = await answeredRefresh({ kind: "unavailable", error: page });
  await refusedBefore(gateway.id, [30, 20, 10, 1]);
  await gateway.write();
  expect(await linkOf(gateway.id)).toMatchObject({ reconnectReason: null });
});

/** A column that takes no such value: a write that can never succeed. */
function refuse(condition: string) {
  onTestFinished(allow);
  const constraint = `ALTER TABLE "Account" ADD CONSTRAINT never CHECK (${condition}) NOT VALID`;
  return memory.client.$executeRawUnsafe(constraint);
}

async function allow() {
  await memory.client.$executeRaw`ALTER TABLE "Account" DROP CONSTRAINT IF EXISTS never`;
}

test("a write that can never succeed as a whole keeps the tokens, and the caller hears soon", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const { id, write } = await answeredRefresh();
  await refuse('"issuedAt" IS NULL'); // which the tokens alone leave as it is
  const began = performance.now();
  await write();
  expect(performance.now() - began).toBeLessThan(10_000);
  const link = await linkOf(id);
  expect(link).toMatchObject({ generation: 2, leaseOwner: null, leaseUntil: null });
  const { openColumn } = await import("../tokens/link-tokens");
  expect(await openColumn(link, "refresh_token")).toBe("refresh-2");
  expect(said.mock.calls.flat().join()).toContain("refresh.saved_in_part");
});

test("a write that is impossible for now is told soon, and made when it is possible", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const { id, write } = await answeredRefresh();
  await refuse("generation < 2");
  const began = performance.now();
  await expect(write()).rejects.toThrow("could not be written yet");
  expect(performance.now() - began).toBeLessThan(10_000);
  await allow();
  await vi.waitFor(async () => expect(await linkOf(id)).toMatchObject({ generation: 2 }), 10_000);
});

test("an end that no column could hold is none that costs a token", async () => {
  const { readTokenResponse } = await import("@/lib/oauth/tokens");
  const body = { access_token: "a", expires_in: 1e300, scope: "r\u0000w", created_at: 1e300 };
  const response = readTokenResponse(body, new Date());
  const { id, write } = await answeredRefresh({ kind: "succeeded", response });
  await write();
  const { expires_at, generation } = await linkOf(id);
  expect(generation).toBe(2);
  expect(expires_at).toBeGreaterThan(2 ** 32);
});

test("a refresh is found under one reference in the record, the journal and the log", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const { id, write } = await answeredRefresh(undeclared);
  await write();
  const [event] = await memory.client.auditEvent.findMany({ where: { accountId: id } });
  expect(event?.requestId).toMatch(/^[a-z0-9]{8}$/);
  const [attempt] = await memory.client.refreshAttempt.findMany({ where: { accountId: id } });
  expect(attempt?.reference).toBe(event?.requestId);
  expect(said.mock.calls.flat().join()).toContain(`"reference":"${event?.requestId}"`);
});

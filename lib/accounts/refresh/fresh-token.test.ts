import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { expiredLink, rested, rotatingPortal, rotatingVariables } from "../testing";
import { freshToken } from "./fresh-token";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

/** Long enough for a busy machine. */
const WAIT = { timeout: 10_000 };

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
  portal.close();
  await memory.close();
});

async function vend(id: string, wish = {}) {
  const { freshToken: fresh } = await import("./fresh-token");
  const answer = await fresh(id, wish);
  if (answer?.kind !== "fresh") return { kind: answer?.kind, reason: answer?.reason };
  return { token: answer.tokens.accessToken, generation: answer.link.generation };
}

const journal = async () =>
  (await memory.client.refreshAttempt.findMany({ orderBy: { id: "asc" } })).map(
    ({ outcome, reason }) => (reason ? `${outcome}: ${reason}` : outcome),
  );

const linkOf = (id: string) => memory.client.account.findUniqueOrThrow({ where: { id } });

test("a good token is handed out as it is, and the portal is not asked", async () => {
  const expires_at = Math.floor(Date.now() / 1000) + 1800;
  const id = await expiredLink(memory.client, { expires_at });
  expect(await vend(id)).toEqual({ token: "access-1", generation: 1 });
  expect(portal.sent).toEqual([]);
});

test("an expired one is refreshed, and everything new is kept", async () => {
  const id = await expiredLink(memory.client);
  expect(await vend(id)).toEqual({ token: "access-2", generation: 2 });
  expect(await vend(id)).toEqual({ token: "access-2", generation: 2 });
  expect(await vend(id, { rejectedGeneration: 2 })).toEqual({ token: "access-3", generation: 3 });
  expect(portal.sent).toEqual(["refresh-1", "refresh-2"]);
  expect(await journal()).toEqual(["succeeded", "succeeded"]);
  expect(await linkOf(id)).toMatchObject({ leaseOwner: null, leaseUntil: null, scope: "read" });
});

test.each([2, 10, 50, 500])("%i callers at once are one question", async (callers) => {
  portal.delay = 50;
  const id = await expiredLink(memory.client);
  const answers = await Promise.all(Array.from({ length: callers }, () => vend(id)));
  expect(new Set(answers.map(({ token }) => token))).toEqual(new Set(["access-2"]));
  expect(portal.sent).toEqual(["refresh-1"]);
  expect(portal.familyDead).toBe(false);
});

test("workers who were all refused the same token are one question too", async () => {
  portal.delay = 20;
  const expires_at = Math.floor(Date.now() / 1000) + 1800;
  const id = await expiredLink(memory.client, { expires_at });
  const wish = { rejectedGeneration: 1 };
  await Promise.all(Array.from({ length: 20 }, () => vend(id, wish)));
  expect(await vend(id, wish)).toEqual({ token: "access-2", generation: 2 });
  expect(portal.sent).toEqual(["refresh-1"]);
});

test("a caller who wants more than the portal ever gives does not make every call a refresh", async () => {
  const id = await expiredLink(memory.client);
  for (let n = 0; n < 3; n += 1) await vend(id, { minTtl: 86_400 });
  expect(portal.sent).toHaveLength(1);
});

test("a portal that sends no new refresh token means the old one to stay", async () => {
  const id = await expiredLink(memory.client);
  const answer = '{"access_token":"only","expires_in":"30"}';
  portal.faults.push({ at: "before", answer: (response) => response.end(answer) });
  expect(await vend(id, { minTtl: 0 })).toMatchObject({ token: "only" });
  expect(await vend(id, { rejectedGeneration: 2 })).toMatchObject({ token: "access-2" });
  expect(portal.sent).toEqual(["refresh-1", "refresh-1"]);
});

test("a refresh token that the portal refuses ends the link at once, with the portal's word", async () => {
  const id = await expiredLink(memory.client);
  portal.familyDead = true;
  const ended = { kind: "reconnect_needed", reason: "invalid_grant" };
  expect(await vend(id)).toEqual(ended);
  expect(await vend(id)).toEqual(ended);
  expect(portal.sent).toHaveLength(1);
  expect(await journal()).toEqual(["refused: invalid_grant"]);
});

const down = (status: number, headers = {}) =>
  [1, 2].map(() => ({
    at: "before" as const,
    answer: (response: ServerResponse) => void response.writeHead(status, headers).end("<html>"),
  }));

const reset = (at: "before" | "after") => ({
  at,
  answer: (response: ServerResponse) => void response.destroy(),
});

test("a portal that asks for time gets it, and the link is kept", async () => {
  const id = await expiredLink(memory.client);
  portal.faults.push(...down(429, { "retry-after": "120" }));
  const { freshToken: fresh } = await import("./fresh-token");
  for (let n = 0; n < 2; n += 1) {
    const answer = await fresh(id);
    expect(answer).toMatchObject({ kind: "portal_unavailable", reason: "rate_limited" });
    if (answer?.kind === "portal_unavailable") expect(answer.retryAfter).toBeGreaterThan(110);
  }
  expect(portal.sent).toHaveLength(1);
  await rested(memory.client, id);
  portal.faults.length = 0;
  expect(await vend(id)).toMatchObject({ token: "access-2" });
  expect(await linkOf(id)).toMatchObject({ failures: 0, checkOutcome: "ok" });
});

test("while a portal is away, a token that is still good is handed out", async () => {
  const expires_at = Math.floor(Date.now() / 1000) + 30;
  const retryAt = new Date(Date.now() + 60_000);
  const id = await expiredLink(memory.client, { expires_at, retryAt });
  expect(await vend(id, { minTtl: 600 })).toMatchObject({ token: "access-1" });
  expect(await vend(id, { rejectedGeneration: 1 })).toMatchObject({ kind: "portal_unavailable" });
});

test("a portal that cannot be reached is no answer lost: the refresh token was never sent", async () => {
  const id = await expiredLink(memory.client);
  portal.close();
  expect(await vend(id)).toEqual({ kind: "portal_unavailable", reason: "unreachable" });
  expect(await journal()).toEqual(["unavailable: unreachable"]);
});

test("an answer that was lost before the portal had done anything costs nothing", async () => {
  const id = await expiredLink(memory.client);
  portal.faults.push(reset("before"));
  expect(await vend(id)).toMatchObject({ token: "access-2" });
  expect(await journal()).toEqual(["unknown: unreachable", "succeeded"]);
});

test("a lost answer costs nothing where the portal forgives one reuse", async () => {
  const id = await expiredLink(memory.client);
  portal.forgives = 1;
  portal.faults.push(reset("after"));
  expect(await vend(id)).toMatchObject({ token: "access-3" });
  expect(portal.sent).toEqual(["refresh-1", "refresh-1"]);
});

test("where it does not, the link is lost, and the reason says that the answer was", async () => {
  const id = await expiredLink(memory.client);
  portal.faults.push(reset("after"));
  expect(await vend(id)).toEqual({ kind: "reconnect_needed", reason: "answer_lost" });
  expect(portal.sent).toHaveLength(2);
  expect(await journal()).toEqual(["unknown: unreachable", "refused: invalid_grant"]);
});

test.each([500, 502])("a portal that answers %i for a while loses no link", async (status) => {
  const id = await expiredLink(memory.client);
  portal.faults.push(...down(status));
  expect(await vend(id)).toEqual({ kind: "portal_unavailable", reason: "failing" });
  await memory.client.account.update({ where: { id }, data: { retryAt: null } });
  expect(await vend(id)).toMatchObject({ token: "access-2" });
});

test("a process that died in the middle leaves the question to the next, which asks it once more", async () => {
  const id = await expiredLink(memory.client);
  const { claimRefresh } = await import("./claim");
  expect(await claimRefresh({ id, generation: 1 }, "dead")).toMatchObject({ doubtful: false });
  expect(await claimRefresh({ id, generation: 1 }, "early")).toBeNull();
  await memory.client.account.update({ where: { id }, data: { leaseUntil: new Date(0) } });
  expect(await vend(id)).toMatchObject({ token: "access-2" });
  expect(await journal()).toEqual(["unknown: interrupted", "succeeded"]);
});

test("what was doubtful already is sent once more and no second time", async () => {
  const id = await expiredLink(memory.client);
  const { claimRefresh } = await import("./claim");
  await claimRefresh({ id, generation: 1 }, "dead");
  await memory.client.account.update({ where: { id }, data: { leaseUntil: new Date(0) } });
  portal.faults.push(reset("before"), reset("before"));
  expect(await vend(id)).toEqual({ kind: "portal_unavailable", reason: "unreachable" });
  expect(portal.sent).toEqual(["refresh-1"]);
  expect(await journal()).toEqual(["unknown: interrupted", "unknown: unreachable"]);
});

test("when what died had spent the token, the refusal is not blamed on the member", async () => {
  const id = await expiredLink(memory.client);
  const { claimRefresh } = await import("./claim");
  await claimRefresh({ id, generation: 1 }, "dead");
  await memory.client.account.update({ where: { id }, data: { leaseUntil: new Date(0) } });
  portal.familyDead = true;
  expect(await vend(id)).toEqual({ kind: "reconnect_needed", reason: "answer_lost" });
});

test("a process that lost the lease writes nothing any more", async () => {
  const id = await expiredLink(memory.client);
  portal.delay = 200;
  const slow = vend(id);
  await vi.waitFor(() => expect(portal.sent).toHaveLength(1), WAIT);
  await memory.client.account.update({ where: { id }, data: { leaseOwner: "another" } });
  await memory.client.account.update({
    where: { id },
    data: { generation: 7, expires_at: Math.floor(Date.now() / 1000) + 1800 },
  });
  expect(await slow).toEqual({ token: "access-1", generation: 7 });
});

test("a member who reconnects while a refresh is under way keeps the new tokens", async () => {
  const id = await expiredLink(memory.client);
  portal.delay = 200;
  const slow = vend(id);
  await vi.waitFor(() => expect(portal.sent).toHaveLength(1), WAIT);
  const { healthyColumns } = await import("../tokens/link-tokens");
  const expires_at = Math.floor(Date.now() / 1000) + 1800;
  await memory.client.account.update({
    where: { id },
    data: { ...healthyColumns(new Date()), generation: { increment: 1 }, expires_at },
  });
  expect(await slow).toMatchObject({ generation: 2 });
  expect(await linkOf(id)).toMatchObject({ generation: 2, reconnectReason: null });
});

test("a link that is unlinked while a refresh is under way is gone, and its refresh is not waited for", async () => {
  const id = await expiredLink(memory.client);
  portal.delay = 100;
  const slow = freshToken(id);
  await vi.waitFor(() => expect(portal.sent).toHaveLength(1), WAIT);
  await memory.client.account.delete({ where: { id } });
  expect(await slow).toBeNull();
});

test("tokens of another environment or of another registration are not used for a refresh", async () => {
  const staging = await expiredLink(memory.client, { environment: "staging" });
  expect(await vend(staging)).toMatchObject({
    kind: "reconnect_needed",
    reason: "other_environment",
  });
  const gone = await expiredLink(memory.client, { provider: "olx-gone" });
  expect(await vend(gone)).toMatchObject({ kind: "reconnect_needed", reason: "not_offered" });
  const other = await expiredLink(memory.client, { clientId: "before" });
  expect(await vend(other)).toMatchObject({ kind: "reconnect_needed", reason: "other_client" });
  expect(portal.sent).toEqual([]);
});

test("a link without a refresh token lasts until it is refused", async () => {
  const more = { refresh_token: null, expires_at: null };
  const id = await expiredLink(memory.client, more);
  expect(await vend(id)).toMatchObject({ token: "access-1" });
  expect(await vend(id, { rejectedGeneration: 1 })).toMatchObject({ reason: "invalid_token" });
  expect(await vend("unknown")).toEqual({ kind: undefined, reason: undefined });
});

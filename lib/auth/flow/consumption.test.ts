import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { unseal } from "@/lib/accounts/tokens/sealed";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { memoryDatabase } from "@/lib/db/testing";
import { settings } from "@/lib/env";
import {
  awaitOutcome,
  claimFlow,
  type FinishedFlow,
  recordOutcome,
  wasClaimed,
} from "./consumption";

/** What is remembered of a flow that has come back, and for how long. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

const MINUTE_MS = 60_000;
const now = new Date();
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * MINUTE_MS);
const expires = new Date(now.getTime() + 30 * MINUTE_MS);
const session = { token: "secret", expires, user: "anna" };
const outcome = { location: "/dashboard?done=signed_in", session };

/** A flow that has come back and ended. */
async function ended(state: string, end: FinishedFlow = outcome, at = now) {
  await claimFlow(sha256(state), at);
  await recordOutcome(memory.client, state, end, at);
}

test("a flow is claimed once, and each for itself", async () => {
  expect(await claimFlow("one", now)).toBe(true);
  expect(await claimFlow("one", now)).toBe(false);
  expect(await claimFlow("other", now)).toBe(true);
  expect([await wasClaimed("one"), await wasClaimed("third")]).toEqual([true, false]);
});

test("a used flow is remembered for two hours, which is longer than a browser carries one", async () => {
  await claimFlow("one", minutesAgo(119));
  expect(await claimFlow("one", now)).toBe(false);
  await claimFlow("older", minutesAgo(121));
  expect(await claimFlow("older", now)).toBe(true);
});

test("its outcome is told to a second arrival for two minutes, and cannot be read in the database", async () => {
  await ended("one");
  await ended("earlier", outcome, minutesAgo(3));
  const rows = await memory.client.verificationToken.findMany();
  expect(JSON.stringify(rows)).not.toMatch(/secret|dashboard/);
  expect(await awaitOutcome("one")).toEqual(outcome);
  expect(await awaitOutcome("earlier")).toBe("old");
});

test("the outcome of a connect session, in which no session of ours is, is told for as long as the flow is remembered", async () => {
  const page = { location: `/connect/s/${"s".repeat(43)}`, session: null };
  await ended("connect", page, minutesAgo(110));
  expect(await awaitOutcome("connect")).toEqual(page);
  await ended("link", { ...page, location: "/dashboard" }, minutesAgo(110));
  expect(await awaitOutcome("link")).toBe("old");
});

test("the outcome of one flow is nothing to another, also when it is put in its place", async () => {
  await ended("one");
  await claimFlow(sha256("other"), now);
  const row = { identifier: "flow", token: sha256("one") };
  const { outcome: sealed } = await memory.client.verificationToken.findUniqueOrThrow({
    where: { identifier_token: row },
  });
  const where = { identifier: "flow", token: sha256("other") };
  expect(await memory.client.verificationToken.findFirst({ where })).toMatchObject({
    outcome: null,
  });
  await memory.client.verificationToken.updateMany({ where, data: { outcome: sealed } });
  expect(await awaitOutcome("other")).toBe("old");
});

test("with all that the server has, an outcome stays shut: it takes the state that a browser brings", async () => {
  await ended("one");
  const row = await memory.client.verificationToken.findFirstOrThrow();
  const Anything = z.looseObject({});
  for (const secret of ["", row.token, row.identifier, settings().authSecret]) {
    expect(await unseal("outcome", row.outcome ?? "", Anything, { secret })).toBeNull();
  }
  expect(await unseal("outcome", row.outcome ?? "", Anything, { secret: "one" })).toEqual({
    outcome: { ...outcome, session: { ...outcome.session, expires: expires.toISOString() } },
  });
});

test("an outcome leads to a page of ours or nowhere", async () => {
  await ended("one", { ...outcome, location: "https://evil.example/" });
  expect(await awaitOutcome("one")).toBe("old");
});

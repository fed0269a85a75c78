import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { type AuditEvent, activityFilterFrom, activityOf, recordEvent } from "./audit";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

const event = (more: Partial<AuditEvent> = {}) =>
  ({
    action: "link",
    outcome: "succeeded",
    actor: "user",
    userId: "anna",
    accountId: "a1",
    connection: "casa",
    requestId: "ref",
    ...more,
  }) as AuditEvent;

test("an event that is undone with its transaction did not happen", async () => {
  const undone = memory.client.$transaction(async (tx) => {
    await recordEvent(tx, event());
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await memory.client.auditEvent.count()).toBe(0);
});

test("a user sees their own events, newest first, and who did it without which key", async () => {
  await recordEvent(memory.client, event());
  await recordEvent(memory.client, event({ userId: "bram" }));
  await recordEvent(
    memory.client,
    event({ action: "refresh", outcome: "refused", actor: "system" }),
  );
  await recordEvent(
    memory.client,
    event({ action: "vend", outcome: "succeeded", actor: "key:k1" }),
  );
  const { activities, older } = await activityOf({ id: "anna" }, { before: undefined, limit: 10 });
  expect(activities.map(({ what, by }) => [what, by])).toEqual([
    ["vend.succeeded", "key"],
    ["refresh.refused", "system"],
    ["link.succeeded", "user"],
  ]);
  expect(activities.at(-1)).toMatchObject({ link: "a1", connection: "casa", reference: "ref" });
  expect(older).toBeNull();
});

test("pages follow each other without a gap, also while something happens", async () => {
  for (let n = 0; n < 7; n += 1) await recordEvent(memory.client, event({ requestId: `r${n}` }));
  const seen: string[] = [];
  let before: string | null = null;
  do {
    const page = await activityOf({ id: "anna" }, { before, limit: 3 });
    seen.push(...page.activities.map(({ reference }) => reference));
    await recordEvent(memory.client, event({ requestId: "meanwhile" }));
    before = page.older;
  } while (before);
  expect(seen).toEqual(["r6", "r5", "r4", "r3", "r2", "r1", "r0"]);
});

test.each(["", "0", "-1", "1e9", "9".repeat(30), "x", ["1", "2"], { $gt: 1 }])(
  "an address that says %j begins at the newest",
  async (before) => {
    await recordEvent(memory.client, event());
    expect((await activityOf({ id: "anna" }, { before, limit: 3 })).activities).toHaveLength(1);
  },
);

test("what no page has words for is not shown", async () => {
  await memory.client.auditEvent.create({
    data: { action: "sunspots", outcome: "seen", userId: "anna", requestId: "ref" },
  });
  await recordEvent(memory.client, event());
  expect((await activityOf({ id: "anna" }, { before: null, limit: 3 })).activities).toHaveLength(1);
});

const sources = ["app", "lib", "scripts"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  )
  .filter((file) => /\.(tsx?|mjs)$/.test(file) && !/generated|fixtures|\.test\.ts$/.test(file));

test("events are only ever added, and removed when their time is over", () => {
  const changes =
    /auditEvent\s*\.\s*(update|updateMany|upsert|delete|deleteMany)\b|(UPDATE|DELETE FROM|TRUNCATE)\s+(\$\{\w+\(\w+, )?"?AuditEvent/i;
  expect(sources.filter((file) => changes.test(readFileSync(file, "utf8")))).toEqual([
    "lib/accounts/retention/rules.ts",
  ]);
});

test("events are added where their words are known: one at a time by `recordEvent`, vends together", () => {
  const adds = /auditEvent\s*\.\s*create|INSERT INTO (\$\{\w+\(\w+, )?"AuditEvent"/;
  expect(sources.filter((file) => adds.test(readFileSync(file, "utf8"))).toSorted()).toEqual([
    "lib/accounts/audit.ts",
    "lib/accounts/statements.ts",
  ]);
});

test.each([
  [{}, ["link.succeeded", "vend.succeeded", "check.broken"]],
  [{ link: "a2" }, ["vend.succeeded"]],
  [{ kind: "health" }, ["check.broken"]],
  [{ kind: "links" }, ["link.succeeded"]],
  [{ reference: " ABCD1234 " }, ["link.succeeded"]],
  [{ reference: "nothing" }, []],
  [{ kind: "use", link: "a1" }, []],
  [{ link: "'; --", kind: "everything" }, ["link.succeeded", "vend.succeeded", "check.broken"]],
])("what happened can be looked through: %j", async (query, found) => {
  await recordEvent(memory.client, event({ action: "check", outcome: "broken", actor: "system" }));
  await recordEvent(memory.client, event({ action: "vend", actor: "key:k1", accountId: "a2" }));
  await recordEvent(memory.client, event({ requestId: "abcd1234" }));
  const filter = activityFilterFrom(query);
  const { activities } = await activityOf({ id: "anna" }, { limit: 10, filter });
  expect(activities.map(({ what }) => what)).toEqual(found);
});

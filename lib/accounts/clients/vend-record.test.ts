import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { beginProcess } from "@/lib/process/testing";
import { activityOf } from "../audit";
import { recordVend, type Vend } from "./vend-record";
import { everythingWritten } from "./write-behind";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const set = vi.hoisted(() => ({ auditVends: 1 as number | "counted" }));
vi.mock("@/lib/env", () => ({ settings: () => set }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(async () => {
  beginProcess();
  await memory.close();
});

function vend(more: Partial<Vend> = {}): Vend {
  const about = { userId: "anna", accountId: "link", connection: "spark" };
  return { outcome: "succeeded", actor: "key:k1", requestId: "r", ...about, ...more };
}

const clock = (text: string) => new Date(`2026-11-28T${text}Z`);
const rows = () => memory.client.auditEvent.findMany({ orderBy: { id: "asc" } });

test("each vend is a row, with what it was about and when", async () => {
  set.auditVends = 1;
  recordVend(vend({ requestId: "first" }), 0.5, clock("10:00:01"));
  recordVend(vend({ requestId: "second" }), 0.5, clock("10:00:02"));
  await everythingWritten();
  const about = { action: "vend", outcome: "succeeded", minute: null, times: null };
  const whose = { actor: "key:k1", userId: "anna", accountId: "link", connection: "spark" };
  expect(await rows()).toMatchObject([
    { ...about, ...whose, at: clock("10:00:01"), requestId: "first" },
    { ...about, ...whose, at: clock("10:00:02"), requestId: "second" },
  ]);
});

test("a share leaves out the others", async () => {
  set.auditVends = 0.1;
  recordVend(vend({ requestId: "in" }), 0.09);
  recordVend(vend({ requestId: "out" }), 0.1);
  await everythingWritten();
  expect((await rows()).map(({ requestId }) => requestId)).toEqual(["in"]);
});

test("counted, a minute is a row for each key, link and outcome", async () => {
  set.auditVends = "counted";
  recordVend(vend({ requestId: "first" }), 0.99, clock("10:00:01"));
  recordVend(vend(), 0.99, clock("10:00:59"));
  recordVend(vend({ actor: "key:k2" }), 0.99, clock("10:00:02"));
  recordVend(vend({ accountId: "other" }), 0.99, clock("10:00:03"));
  recordVend(vend({ outcome: "reconnect_needed" }), 0.99, clock("10:00:04"));
  recordVend(vend(), 0.99, clock("10:01:00"));
  await everythingWritten();
  const minute = clock("10:00:00");
  expect(await rows()).toMatchObject([
    { at: clock("10:00:01"), minute, times: 2, requestId: "first" },
    { minute, times: 1, actor: "key:k2" },
    { minute, times: 1, accountId: "other" },
    { minute, times: 1, outcome: "reconnect_needed" },
    { minute: clock("10:01:00"), times: 1 },
  ]);
});

test("counted without a link, a minute is a row for each key, connection and outcome", async () => {
  set.auditVends = "counted";
  const none = { userId: undefined, accountId: undefined };
  for (let process = 0; process < 2; process += 1) {
    beginProcess();
    recordVend(vend({ ...none, requestId: "first" }), 0, clock("10:00:01"));
    recordVend(vend(none), 0, clock("10:00:02"));
    recordVend(vend({ ...none, connection: "olx-otodom" }), 0, clock("10:00:03"));
    recordVend(vend(), 0, clock("10:00:04"));
    await everythingWritten();
  }
  expect(await rows()).toMatchObject([
    { accountId: "link", connection: "spark", times: 2 },
    { accountId: null, userId: null, connection: "spark", times: 4, requestId: "first" },
    { accountId: null, connection: "olx-otodom", times: 2 },
  ]);
});

test("counted by several processes and at several times, it is the same row", async () => {
  set.auditVends = "counted";
  for (let process = 0; process < 3; process += 1) {
    beginProcess();
    recordVend(vend(), 0, clock("10:00:01"));
    recordVend(vend(), 0, clock("10:00:02"));
    await everythingWritten();
    recordVend(vend(), 0, clock("10:00:03"));
    await everythingWritten();
  }
  expect(await rows()).toMatchObject([{ times: 9 }]);
  const { activities } = await activityOf({ id: "anna" }, { before: null, limit: 10 });
  expect(activities).toMatchObject([{ what: "vend.succeeded", times: 9 }]);
});

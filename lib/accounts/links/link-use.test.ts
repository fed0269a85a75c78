import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { recordEvent } from "../audit";
import { lastUses } from "./link-use";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

test("each client's last use of a link is known, and that of the team's own keys", async () => {
  const db = memory.client;
  await db.client.create({ data: { id: "acme", name: "Acme", returnUrls: [] } });
  const key = { hash: "", connections: [], calls: [] };
  await db.serviceKey.create({
    data: { ...key, id: "k1", name: "of acme", hash: "1", clientId: "acme" },
  });
  await db.serviceKey.create({ data: { ...key, id: "k2", name: "own", hash: "2" } });
  const vend = (actor: string, accountId: string, outcome = "succeeded") =>
    recordEvent(db, {
      ...{ action: "vend", outcome, actor, accountId, userId: "anna", requestId: "r" },
    } as Parameters<typeof recordEvent>[1]);
  await vend("key:k1", "a1");
  const first = await lastUses({ id: "anna" }, "a1");
  await vend("key:k1", "a1");
  await vend("key:k1", "a1", "reconnect_needed");
  await vend("key:k2", "a1");
  await vend("key:k2", "a2");

  const uses = await lastUses({ id: "anna" }, "a1");
  expect([...uses.keys()].toSorted()).toEqual(["acme", null]);
  expect(uses.get("acme")?.getTime()).toBeGreaterThanOrEqual(first.get("acme")?.getTime() ?? 0);
  expect(await lastUses({ id: "bram" }, "a1")).toEqual(new Map());
});

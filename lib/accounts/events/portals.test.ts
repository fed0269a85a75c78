import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { boardVariables } from "@/lib/auth/testing";
import { findConnection } from "@/lib/conversation/configuration";
import { keyOf } from "@/lib/conversation/health";
import { memoryDatabase } from "@/lib/db/testing";
import { tellOfPortal } from "./portals";

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  const variables = { OLX_SITES: "otodom storia", OLX_CLIENT_ID: "id", OLX_CLIENT_SECRET: "s" };
  const all = { ...boardVariables("https://board.example"), ...variables, OLX_API_KEY: "key" };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  memory = await memoryDatabase();
});

afterEach(() => memory.close());

test("a portal's trouble is told to every reader by each of its connections, and by no other portal's", async () => {
  const { client: db } = memory;
  await db.client.create({ data: { id: "acme", name: "Acme" } });
  const connection = findConnection("olx-otodom");
  if (!connection) throw new Error("no connection");
  const key = keyOf(connection);
  await db.$transaction(async (tx) => {
    await tellOfPortal(tx, key, { kind: "trouble_began", reason: "failing" });
    await tellOfPortal(tx, { ...key, environment: "staging" }, { kind: "trouble_ended" });
    await tellOfPortal(tx, key, { kind: "trouble_ended" });
  });
  const events = await db.event.findMany();
  const told = events.map((event) => [event.reader, event.connection, event.type, event.reason]);
  expect(told.toSorted()).toEqual([
    ["", "olx-otodom", "portal.trouble_began", "failing"],
    ["", "olx-otodom", "portal.trouble_ended", null],
    ["", "olx-storia", "portal.trouble_began", "failing"],
    ["", "olx-storia", "portal.trouble_ended", null],
    ["acme", "olx-otodom", "portal.trouble_began", "failing"],
    ["acme", "olx-otodom", "portal.trouble_ended", null],
    ["acme", "olx-storia", "portal.trouble_began", "failing"],
    ["acme", "olx-storia", "portal.trouble_ended", null],
  ]);
});

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PrismaClient } from "@/lib/db/generated/client";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { memoryDatabase, postgresServer } from "@/lib/db/testing";
import { transaction } from "@/lib/db/transaction";
import { type EventType, linkCreated, linkEvent, writeEvents } from "../events/record";
import { listEvents } from "./listed-events";
import type { ServiceKey } from "./service-keys";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

const server = await postgresServer();
afterAll(() => server?.stop());

/** A database whose transactions run at the same time: the embedded one does one thing after the other. */
async function onPostgres(run: (client: PrismaClient) => Promise<void>) {
  if (!server) return;
  const url = await server.create(`events-${crypto.randomUUID()}`);
  const opened = await openDatabase({ url, directory: "" });
  at.client = opened.client;
  await run(opened.client).finally(() => opened.close());
}

const key = (more: Partial<ServiceKey> = {}): ServiceKey => ({
  id: "key",
  name: "crm",
  connections: [],
  calls: ["events"],
  client: null,
  ...more,
});

const made = (id: string, provider = "olx-otodom") =>
  transaction((tx) => writeEvents(tx, linkCreated(tx, { id, provider })));

async function read(
  after = 0n,
  { limit = 100, types = null, by = key() }: Partial<Reading> = {},
): Promise<{ links: (string | null)[]; places: bigint[]; next: bigint }> {
  const page = await listEvents(by, types, { after, limit });
  if (!page) throw new Error("no such place");
  const { events, next } = page;
  return {
    links: events.map(({ link }) => link),
    places: events.map(({ position }) => position),
    next,
  };
}

type Reading = { limit: number; types: EventType[] | null; by: ServiceKey };

test("events are read in the order in which they came, page by page, and again the same", async () => {
  for (const id of ["a", "b", "c"]) await made(id);
  const first = await read(0n, { limit: 2 });
  expect(first).toEqual({ links: ["a", "b"], places: [1n, 2n], next: 2n });
  expect(await read(first.next, { limit: 2 })).toEqual({ links: ["c"], places: [3n], next: 3n });
  await made("d");
  expect((await read(3n)).links).toEqual(["d"]);
  expect((await read()).links).toEqual(["a", "b", "c", "d"]);
  expect(await read(4n)).toEqual({ links: [], places: [], next: 4n });
});

test("a place that no event has had yet is none, and one whose event is no longer kept is", async () => {
  await made("a");
  await made("b");
  expect(await listEvents(key(), null, { after: 1n, limit: 1 })).not.toBeNull();
  expect(await listEvents(key(), null, { after: 3n, limit: 1 })).toBeNull();
  await memory.client.event.deleteMany();
  expect(await read(1n)).toEqual({ links: [], places: [], next: 1n });
  await made("c");
  expect(await read(1n)).toEqual({ links: ["c"], places: [3n], next: 3n });
});

test("each client has places of its own, and reads what it was told and nothing else", async () => {
  const write = (reader: string, accountId: string) =>
    memory.client.event.create({ data: { reader, type: "link.removed", accountId } });
  await write("acme", "a");
  await write("bolt", "b");
  await write("", "c");
  await write("acme", "d");
  const acme = await read(0n, { by: key({ client: "acme" }) });
  expect(acme).toEqual({ links: ["a", "d"], places: [1n, 2n], next: 2n });
  const bolt = await read(0n, { by: key({ client: "bolt" }) });
  expect(bolt).toEqual({ links: ["b"], places: [1n], next: 1n });
  expect((await read()).links).toEqual(["c"]);
});

test("a key for some connections reads of these only, and what is not for it is passed over", async () => {
  await made("a");
  await made("b", "olx-storia");
  await memory.client.event.create({ data: { reader: "", type: "connect_session.ended" } });
  const by = key({ connections: ["olx-storia"] });
  expect(await read(0n, { by })).toEqual({ links: ["b"], places: [2n], next: 3n });
});

test("of thousands of events of another type one answer gets past many, and the cursor past the rest", async () => {
  const of = (type: EventType, count: number) =>
    memory.client.event.createMany({ data: Array(count).fill({ reader: "", type }) });
  await of("link.removed", 5_500);
  await made("wanted");
  const types: EventType[] = ["link.created"];
  const first = await read(0n, { types });
  expect(first).toEqual({ links: [], places: [], next: 5_000n });
  const second = await read(first.next, { types });
  expect(second).toEqual({ links: ["wanted"], places: [5_501n], next: 5_501n });
});

test("what commits late is read late, and is not missed", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  await onPostgres(async () => {
    let commit = () => {};
    const mayCommit = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let isWritten = () => {};
    const written = new Promise<void>((resolve) => {
      isWritten = resolve;
    });
    const slow = transaction(async (tx) => {
      await writeEvents(tx, linkCreated(tx, { id: "slow", provider: "olx-otodom" }));
      isWritten();
      await mayCommit;
    });
    await written;
    await made("quick");
    expect(await read()).toEqual({ links: ["quick"], places: [1n], next: 1n });
    commit();
    await slow;
    expect(await read(1n)).toEqual({ links: ["slow"], places: [2n], next: 2n });
    expect((await read()).links).toEqual(["quick", "slow"]);
  });
});

test("who reads at the same time reads the same, and no event is missed by who follows", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  await onPostgres(async () => {
    const all = Array.from({ length: 200 }, (_, n) => `link-${n}`);
    let isOver = false;
    const writing = Promise.all(
      Array.from({ length: 5 }, async (_, writer) => {
        for (const id of all.filter((__, n) => n % 5 === writer)) {
          await transaction(async (tx) => {
            await writeEvents(tx, linkCreated(tx, { id, provider: "olx-otodom" }));
            await sleep(Math.random() * 10);
          });
        }
      }),
    ).finally(() => {
      isOver = true;
    });
    const followers = Array.from({ length: 4 }, async () => {
      const seen: (string | null)[] = [];
      let after = 0n;
      for (let last = false; ; ) {
        const { links, next } = await read(after, { limit: 7 });
        seen.push(...links);
        after = next;
        if (links.length > 0) continue;
        if (last) return seen;
        last = isOver; // and once more
      }
    });
    const [first, ...others] = await Promise.all(followers);
    await writing;
    expect(first?.toSorted()).toEqual(all.toSorted());
    for (const seen of others) expect(seen).toEqual(first);
  });
}, 60_000);

test("an event whose transaction is undone was none", async () => {
  const link = { id: "a", provider: "olx-otodom" };
  const undone = transaction(async (tx) => {
    await writeEvents(tx, linkEvent(tx, { type: "link.removed", link }));
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect((await read()).links).toEqual([]);
});

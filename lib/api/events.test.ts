import { get, type IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { linkCreated, linkEvent, writeEvents } from "@/lib/accounts/events/record";
import { poolUnder } from "@/lib/db/client";
import { memoryDatabase } from "@/lib/db/testing";
import { answer } from "./answer";
import { listenerFor } from "./http";
import { apiVariables, ask, endProcess, keyFor } from "./testing";
import { endWaiting } from "./waiting";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  const variables = apiVariables("http://localhost:9");
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  memory = await memoryDatabase();
  at.client = memory.client;
  vi.spyOn(console, "log").mockImplementation(() => {});
});

afterEach(async () => {
  await endProcess();
  vi.restoreAllMocks();
  await memory.close();
});

const made = (id: string, provider = "olx-otodom") =>
  writeEvents(memory.client, linkCreated(memory.client, { id, provider }));

const eventsKey = (more = {}) => keyFor({ calls: ["events"], ...more });

/** What the call answers to a key, with this query. */
const asker = (key: string) => (query: string) => ask("events", { query }, { key });

test("what has happened is read in pages, from the oldest on, and `next` goes on", async () => {
  const get = asker(await eventsKey());
  const none = await get("");
  expect(none).toMatchObject({ status: 200, body: { events: [], next: expect.any(String) } });
  await made("a");
  const link = { id: "a", provider: "olx-otodom" };
  const broken = { type: "link.needs_reconnect", link, reason: "invalid_grant" } as const;
  await writeEvents(memory.client, linkEvent(memory.client, broken));
  const first = (await get(`?after=${none.body.next}&limit=1`)).body;
  expect(first.events).toEqual([
    {
      id: expect.any(String),
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      type: "link.created",
      link: "a",
      connection: "olx-otodom",
      external_id: null,
      session: null,
      reason: null,
    },
  ]);
  const second = (await get(`?after=${first.next}`)).body;
  expect(second.events).toMatchObject([{ type: "link.needs_reconnect", reason: "invalid_grant" }]);
  expect((await get(`?after=${second.next}`)).body).toEqual({ events: [], next: second.next });
  expect((await get(`?after=${first.events[0].id}`)).body).toEqual(second);
});

test("of chosen types only these are told, and `next` passes the others", async () => {
  const get = asker(await eventsKey());
  await made("a");
  const { body } = await get("?types=link.removed,link.recovered");
  expect(body.events).toEqual([]);
  expect((await get(`?after=${body.next}`)).body.events).toEqual([]);
  expect((await get("?types=link.removed,link.created")).body.events).toHaveLength(1);
});

test("a client's key reads what its client was told, by its own names", async () => {
  const { client: db } = memory;
  await db.client.create({ data: { id: "acme", name: "Acme" } });
  const told = { reader: "acme", type: "link.removed", accountId: "a", externalId: "agent-7" };
  await db.event.create({ data: told });
  await made("b");
  const { body } = await asker(await eventsKey({ client: "acme" }))("");
  expect(body.events).toMatchObject([{ link: "a", external_id: "agent-7" }]);
});

test.each([
  ["after=x", "after"],
  ["after=MTp4", "after"],
  [`after=${Buffer.from("1:7").toString("base64url")}`, "after"],
  ["types=link.created,link.forgotten", "types"],
  ["types=", "types"],
  ["limit=0", "limit"],
  ["limit=201", "limit"],
  ["wait=26", "wait"],
  ["cursor=x", "cursor"],
])("%s is refused", async (query, parameter) => {
  const { status, body } = await asker(await eventsKey())(`?${query}`);
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([{ parameter }]);
});

test("it is a call of its own, which a key has to be for", async () => {
  expect(await asker(await keyFor())("")).toMatchObject({ status: 403 });
});

test("who waits is answered when something happens, and after that time all the same", async () => {
  const get = asker(await eventsKey());
  const began = performance.now();
  const waiting = get("?wait=20");
  await sleep(300);
  await made("a");
  expect((await waiting).body.events).toHaveLength(1);
  expect(performance.now() - began).toBeLessThan(10_000);
  const { next } = (await get("")).body;
  const again = performance.now();
  expect((await get(`?after=${next}&wait=1`)).body.events).toEqual([]);
  expect(performance.now() - again).toBeGreaterThanOrEqual(1_000);
});

test("two calls of a key wait, a third is answered at once, and all of them when the process ends", async () => {
  const get = asker(await eventsKey());
  const began = performance.now();
  const waiting = [get("?wait=25"), get("?wait=25")];
  await sleep(500);
  expect((await get("?wait=25")).body.events).toEqual([]);
  const other = asker(await eventsKey());
  waiting.push(other("?wait=25"));
  await sleep(100);
  expect(performance.now() - began).toBeLessThan(5_000);
  endWaiting();
  for (const { status } of await Promise.all(waiting)) expect(status).toBe(200);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test("when the caller hangs up, the database is not asked any more", async () => {
  const server = new Server(listenerFor(answer));
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const headers = { authorization: `Bearer ${await eventsKey()}` };
  const address = `http://localhost:${port}/api/v1/events?wait=25`;
  const request = get(address, { headers });
  const hungUp = new Promise((resolve) => request.once("error", resolve));
  await sleep(1_500);
  request.destroy();
  await hungUp;
  await sleep(300);
  const asked = vi.spyOn(poolUnder(memory.client), "query").mock.calls;
  await sleep(2_200);
  expect(asked).toEqual([]);
  const reached = await new Promise<IncomingMessage>((resolve) =>
    get(address.replace("wait=25", "wait=0"), { headers }, resolve),
  );
  expect(reached.statusCode).toBe(200);
  reached.resume();
});

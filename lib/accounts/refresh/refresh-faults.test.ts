import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Database } from "@/lib/db/database";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { memoryDatabase, postgresServer } from "@/lib/db/testing";
import { ANSWER_LIMIT_BYTES } from "@/lib/oauth/transport";
import { expiredLink, rested, rotatingPortal, rotatingVariables } from "../testing";
import { gateTo } from "./fixtures/gate";

/** What can go wrong with a portal, a clock or a database while a link is refreshed: it is named, and it passes. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const server = await postgresServer();
afterAll(() => server?.stop());

let db: Database;
let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;

beforeEach(async () => {
  portal = await rotatingPortal();
  for (const [name, value] of Object.entries(rotatingVariables(portal.url)))
    vi.stubEnv(name, value);
  vi.resetModules();
  memory = await memoryDatabase();
  use(memory.client);
});

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  portal.close();
  await memory.close();
});

function use(client: Database) {
  db = client;
  at.client = client;
}

/** A database on the server instead, behind a gate. */
async function beside({ create }: NonNullable<typeof server>) {
  const { openDatabase } = await import("@/lib/db/open");
  const gate = await gateTo(await create(crypto.randomUUID()));
  const { client, close } = await openDatabase({ url: gate.url, directory: "" });
  use(client);
  return { gate, close };
}

async function vend(id: string, wish = {}) {
  const { freshToken } = await import("./fresh-token");
  const answer = await freshToken(id, wish);
  if (answer?.kind !== "fresh") return { kind: answer?.kind, reason: answer?.reason };
  return { token: answer.tokens.accessToken, generation: answer.link.generation };
}

const linkOf = (id: string) => db.account.findUniqueOrThrow({ where: { id } });

const always = (answer: (response: ServerResponse) => void) =>
  Array.from({ length: 4 }, () => ({ at: "before" as const, answer }));

/** Time to wait is over when that is called, and not before; by the clock, all of it has passed. */
function timeToWait() {
  vi.useFakeTimers({ toFake: ["Date"], shouldAdvanceTime: true });
  const waiting = new AbortController();
  let time = 0;
  const given = vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
    time = milliseconds;
    return waiting.signal;
  });
  return {
    isOver() {
      vi.setSystemTime(Date.now() + time);
      waiting.abort();
      given.mockRestore();
    },
  };
}

test.each<[string, (response: ServerResponse) => void]>([
  ["hangs", () => {}],
  [
    "sends a byte now and then and comes to no end",
    (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 10);
      response.once("close", () => clearInterval(drip));
    },
  ],
])("a portal that %s is given up after its time, and asked again later", async (_, answer) => {
  const id = await expiredLink(db);
  const time = timeToWait();
  portal.faults.push(
    ...always((response) => {
      answer(response);
      setTimeout(time.isOver, 50);
    }),
  );
  expect(await vend(id)).toEqual({ kind: "portal_unavailable", reason: "timed_out" });
  expect(portal.sent).toHaveLength(1);
  expect(await linkOf(id)).toMatchObject({ reconnectReason: null, failures: 1, leaseUntil: null });

  portal.faults.length = 0;
  await rested(db, id);
  expect(await vend(id)).toMatchObject({ token: "access-2" });
  expect(await linkOf(id)).toMatchObject({ failures: 0, checkOutcome: "ok" });
});

test.each<[string, string, (response: ServerResponse) => void]>([
  ["what is not JSON", "unreadable", (response) => response.end('{"access_token":')],
  ["no token", "unexpected", (response) => response.end('{"token":"access"}')],
  ["nothing", "empty", (response) => response.end()],
  ["a web page", "web_page", (response) => response.end("<html>Please wait</html>")],
  [
    "more than an answer may weigh",
    "too_large",
    (response) => response.end(`"${"x".repeat(ANSWER_LIMIT_BYTES)}"`),
  ],
  ["half an answer", "unreachable", (response) => breakOff(response)],
])(
  "a portal that answers with %s keeps the link, and is asked again later",
  async (_, reason, answer) => {
    const id = await expiredLink(db);
    portal.faults.push(...always(answer));
    expect(await vend(id)).toEqual({ kind: "portal_unavailable", reason });
    expect(await vend(id)).toEqual({ kind: "portal_unavailable", reason });
    expect(portal.sent).toHaveLength(2);
    portal.faults.length = 0;
    await rested(db, id);
    expect(await vend(id)).toMatchObject({ token: "access-2" });
    expect(await linkOf(id)).toMatchObject({ failures: 0, checkOutcome: "ok" });
  },
);

/** A reset after the head and the first bytes. */
function breakOff(response: ServerResponse) {
  response.writeHead(200, { "content-length": 500 });
  response.write('{"access_token":', () => response.destroy());
}

const HOUR_MS = 3_600_000;

test.each([-HOUR_MS, HOUR_MS])(
  "a portal whose clock is %i ms off gives tokens that last as long as it says",
  async (offset) => {
    const id = await expiredLink(db);
    const theirs = new Date(Date.now() + offset);
    const body = {
      access_token: "access-2",
      expires_in: 1800,
      created_at: Math.floor(theirs.getTime() / 1000),
    };
    portal.faults.push({
      at: "before",
      answer: (response) =>
        response.writeHead(200, { date: theirs.toUTCString() }).end(JSON.stringify(body)),
    });
    expect(await vend(id)).toMatchObject({ token: "access-2" });
    const { expires_at } = await linkOf(id);
    expect(Number(expires_at) - Date.now() / 1000).toBeCloseTo(1800, -2);
    expect(await vend(id)).toMatchObject({ token: "access-2" });
    expect(portal.sent).toHaveLength(1);
  },
);

/** The embedded database has the clock of its process; a server has its own. */
test.each([-HOUR_MS, HOUR_MS])(
  "a process whose clock is %i ms off says how long a portal is left alone, and refreshes once",
  async (offset) => {
    if (!server) return;
    const { gate, close } = await beside(server);
    const expires_at = Math.floor((Date.now() - 2 * HOUR_MS) / 1000);
    const id = await expiredLink(db, { expires_at });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + offset, shouldAdvanceTime: true });
    portal.faults.push(
      ...always((response) => response.writeHead(503, { "retry-after": "60" }).end()),
    );
    const { freshToken } = await import("./fresh-token");
    for (let n = 0; n < 2; n += 1) {
      const answer = await freshToken(id);
      expect(answer).toMatchObject({ kind: "portal_unavailable", reason: "failing" });
      if (answer?.kind === "portal_unavailable") expect(answer.retryAfter).toBeCloseTo(60, -2);
    }
    expect(portal.sent).toHaveLength(1);

    portal.faults.length = 0;
    await rested(db, id);
    const answers = await Promise.all([1, 2, 3].map(() => vend(id)));
    expect(new Set(answers.map(({ token }) => token))).toEqual(new Set(["access-2"]));
    expect(portal.sent).toHaveLength(2);
    await close();
    gate.close();
  },
);

test.each([-24 * HOUR_MS, 24 * HOUR_MS])(
  "a process whose clock is %i ms off vends nothing that has ended, and nothing anew that is good",
  async (offset) => {
    if (!server) return;
    const { gate, close } = await beside(server);
    const seconds = Math.floor(Date.now() / 1000);
    const ended = await expiredLink(db, { expires_at: seconds - 60 });
    const good = await expiredLink(db, { expires_at: seconds + 1800 });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + offset, shouldAdvanceTime: true });
    expect(await vend(good)).toMatchObject({ token: "access-1" });
    expect(portal.sent).toEqual([]);
    expect(await vend(ended)).toMatchObject({ token: "access-2" });
    expect(portal.sent).toEqual(["refresh-1"]);
    // What it has stored ends when it ends, whichever machine looks.
    expect(Number((await linkOf(ended)).expires_at) - seconds).toBeCloseTo(3600, -2);
    await close();
    gate.close();
  },
);

test("a database that is gone for ten seconds loses no token that a portal has just issued", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const { gate, close } = await beside(server);
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const id = await expiredLink(db);
  portal.delay = 200;
  const slow = vend(id);
  await vi.waitFor(() => expect(portal.sent).toHaveLength(1), { timeout: 5_000 });
  gate.close();
  await sleep(5_000);
  await expect(vend(id)).rejects.toThrow();
  await sleep(5_000);
  await gate.open();

  expect(await slow).toEqual({ token: "access-2", generation: 2 });
  expect(await vend(id)).toEqual({ token: "access-2", generation: 2 });
  expect(await vend(id, { rejectedGeneration: 2 })).toMatchObject({ token: "access-3" });
  expect(portal.sent).toEqual(["refresh-1", "refresh-2"]);
  expect(said.mock.calls.flat().join()).toContain("refresh.not_saved");
  await close();
  gate.close();
}, 60_000);

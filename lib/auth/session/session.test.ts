import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { poolUnder } from "@/lib/db/client";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { memoryDatabase, postgresDatabase, waitingIn } from "@/lib/db/testing";
import { beginProcess } from "@/lib/process/testing";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
type Client = typeof memory.client;

beforeEach(async () => {
  vi.resetModules(); // settings are read once
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  beginProcess();
  await memory.close();
});

const expires = new Date("2026-12-01T10:00:00Z");

/** A session of a user of its own. */
async function session(token: string, client: Client = memory.client) {
  const { id: userId } = await client.user.create({ data: { name: "Anna Peeters" } });
  await client.session.create({ data: { sessionToken: sha256(token), userId, expires } });
  return userId;
}

const signOuts = (client: Client = memory.client) =>
  client.auditEvent.count({ where: { action: "sign_out" } });

test.each([
  ["https://portico.example", true, "__Host-authjs.session-token", "__Host-portico.flow."],
  ["http://localhost:3000", false, "portico-3000.session-token", "portico.flow."],
])("at %s cookies are bound to the host: %s", async (origin, secure, ofSession, ofFlow) => {
  vi.stubEnv("AUTH_URL", origin);
  const { ownCookie, sessionCookie } = await import("./session");
  const { flowCookieName } = await import("../flow/flow");
  const own = { httpOnly: true, sameSite: "lax", path: "/", secure };
  expect(ownCookie()).toEqual(own);
  expect(sessionCookie("t", expires)).toEqual({ name: ofSession, value: "t", expires, ...own });
  expect(flowCookieName("state")).toBe(ofFlow + sha256("state"));
});

test("a session counts until it expires, and for every holder of its token", async () => {
  const { liveSession } = await import("./session");
  const id = await session("anna's");
  await session("bram's");
  const live = { user: { id, name: "Anna Peeters", email: null, image: null } };
  expect(await liveSession("anna's", new Date(+expires - 1))).toMatchObject(live);
  expect(await liveSession("anna's", expires)).toBeNull();
  for (const token of [undefined, "", sha256("anna's"), "another"]) {
    expect(await liveSession(token, new Date(+expires - 1))).toBeNull();
  }
});

test("a thousand invented cookies are no more queries than a process allows, and a known one goes on working", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const { endSession, liveSession } = await import("./session");
  await session("anna's");
  const now = new Date(+expires - 1);
  expect(await liveSession("anna's", now)).not.toBeNull();
  const asked = vi.spyOn(poolUnder(memory.client), "query");
  for (let n = 0; n < 1_000; n += 1) {
    await (n % 2 ? liveSession("invented", now) : endSession("invented"));
  }
  expect(asked).toHaveBeenCalledTimes(1);
  const times = Array.from({ length: 1_000 }, (_, n) => liveSession(`invented-${n}`, now));
  const ends = (await Promise.allSettled(times)).map(({ status }) => status);
  expect(ends.filter((each) => each === "rejected").length).toBeGreaterThan(400);
  expect(asked.mock.calls.length).toBeLessThan(600);
  expect(await liveSession("anna's", now)).not.toBeNull();
});

test("ending a session ends that one, and is on record once", async () => {
  const { endSession } = await import("./session");
  await session("anna's");
  await session("bram's");
  await endSession("another");
  expect(await signOuts()).toBe(0);
  await endSession("anna's");
  await endSession("anna's");
  expect(await memory.client.session.findMany()).toMatchObject([
    { sessionToken: sha256("bram's") },
  ]);
  expect(await signOuts()).toBe(1);
});

test("a session that is ended twice at the same time is on record once, on PostgreSQL", async (context) => {
  const opened = await postgresDatabase();
  if (!opened) return context.skip(NO_POSTGRESQL);
  try {
    at.client = opened.client;
    const { endSession } = await import("./session");
    await session("anna's", opened.client);
    const first = async (tx: Pick<Client, "session">) => {
      await tx.session.deleteMany();
      const second = endSession("anna's");
      const timeout = 10_000;
      await vi.waitFor(async () => expect(await waitingIn(opened.client)).toBe(1), { timeout });
      return { second };
    };
    const { second } = await opened.client.$transaction(first, { timeout: 15_000 });
    await second;
    expect(await signOuts(opened.client)).toBe(0); // the first has its own record
  } finally {
    await opened.close();
  }
}, 60_000);

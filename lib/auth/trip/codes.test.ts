import { NextRequest } from "next/server";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { beginProcess } from "@/lib/process/testing";
import { boardServer, boardVariables, Jar } from "../testing";

/** Coming back with invented codes: each is a request at the portal with our secret, until there are too many. */

const at = await vi.hoisted(async () => {
  const { AsyncLocalStorage } = await import("node:async_hooks");
  const jars = new AsyncLocalStorage<unknown>(); // many browsers at once
  return { client: null as unknown, jars, headers: new Headers() };
});
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} })); // which wants the whole of React
vi.mock("next/headers", () => ({
  cookies: async () => at.jars.getStore(),
  headers: async () => at.headers,
}));

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // hundreds of flows, also on a busy machine

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let board: Awaited<ReturnType<typeof boardServer>>;
let lines: string[];

beforeAll(async () => {
  await import("./start");
  await import("./callback");
});

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] }); // however slow the machine is, it is one moment
  vi.resetModules(); // settings and connections are read once
  lines = [];
  vi.spyOn(console, "error").mockImplementation((line) => void lines.push(line));
  memory = await memoryDatabase();
  board = await boardServer();
  board.knows = (code) => code.startsWith("good");
  for (const [name, value] of Object.entries(boardVariables(board.url))) vi.stubEnv(name, value);
  at.client = memory.client;
  at.headers = new Headers();
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  beginProcess();
  board.close();
  await memory.close();
});

/** Leaves for the board in this browser; resolves to the flow's state. */
async function leave(browser: Jar) {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { startFlow } = await import("./start");
  const connection = findConnection("mlsconnect-federia");
  if (!connection) throw new Error("no connection");
  const start = () => startFlow(connection, "signin", "/dashboard");
  const address = await at.jars.run(browser, start);
  return new URL(address, "http://localhost:3000").searchParams.get("state") ?? "";
}

/** Comes back through the route, as a browser does; resolves to where it ends: done, or the problem, or the status. */
async function comeBack(browser: Jar, code: string, state: string, headers = {}) {
  const { GET } = await import("@/app/api/auth/[...nextauth]/route");
  const query = new URLSearchParams({ code, state });
  const url = `http://localhost:3000/api/auth/callback/mlsconnect-federia?${query}`;
  const request = new NextRequest(url, { headers: { cookie: browser.header(), ...headers } });
  const params = Promise.resolve({ nextauth: ["callback", "mlsconnect-federia"] });
  const answer = await at.jars.run(browser, () => GET(request, { params }));
  browser.take(answer);
  if (answer.status === 429) return refusal(answer);
  const { searchParams } = new URL(answer.headers.get("location") ?? "");
  return searchParams.get("done") ?? searchParams.get("problem") ?? answer.status;
}

async function refusal(answer: Response) {
  const seconds = Number(answer.headers.get("retry-after"));
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const page = await answer.text();
  expect(page).toContain(seconds === 1 ? "wait a second," : `wait ${seconds} seconds,`);
  expect(page).not.toMatch(/https?:|src=/); // nothing from elsewhere, where a code is in the address
  return 429;
}

async function trip(browser: Jar, code: string, headers = {}) {
  return comeBack(browser, code, await leave(browser), headers);
}

/** How often each ending came. */
async function ends(times: number, each: (n: number) => Promise<string | number>) {
  const tally: Record<string, number> = {};
  for (let n = 0; n < times; n += 1) {
    const end = await each(n);
    tally[end] = (tally[end] ?? 0) + 1;
  }
  return tally;
}

const countersInDatabase = () =>
  memory.client.verificationToken.count({ where: { identifier: { startsWith: "code:" } } });

test("500 invented codes in one browser are ten requests at the portal, and others notice nothing", async () => {
  const attacker = new Jar();
  const tally = await ends(500, (n) => trip(attacker, `invented-${n}`));
  expect(tally).toEqual({ invalid_grant: 10, 429: 490 });
  expect(board.asked.token).toBe(10);
  expect(await trip(new Jar(), "good")).toBe("signed_in");
  expect(lines.length).toBeLessThan(40);
});

test("500 invented codes in a new browser each are sixty requests, and those who have been here get in", async () => {
  const [known, fresh] = [new Jar(), new Jar()];
  expect(await trip(known, "good")).toBe("signed_in");
  known.delete("authjs.session-token"); // signed out
  board.asked.token = 0;
  const tally = await ends(500, (n) => trip(new Jar(), `invented-${n}`));
  expect(tally).toEqual({ invalid_grant: 60, 429: 440 });
  expect(board.asked.token).toBe(60);
  expect(await countersInDatabase()).toBe(60);
  expect(lines.length).toBeLessThan(100);

  expect(await trip(known, "good")).toBe("signed_in");
  const state = await leave(fresh);
  expect(await comeBack(fresh, "good", state)).toBe(429);
  vi.advanceTimersByTime(61_000);
  expect(await comeBack(fresh, "good", state)).toBe("signed_in"); // the page was loaded again
});

test("invented codes that come at once are no more than one after the other", async () => {
  const browsers = Array.from({ length: 150 }, () => new Jar());
  const states: string[] = [];
  for (const browser of browsers) states.push(await leave(browser));
  const arrivals = browsers.map((browser, n) => comeBack(browser, "invented", states[n] ?? ""));
  expect(new Set(await Promise.all(arrivals))).toContain(429);
  expect(board.asked.token).toBeLessThanOrEqual(60);
});

test("another process knows of them", async () => {
  await ends(60, () => trip(new Jar(), "invented"));
  vi.resetModules();
  beginProcess();
  expect(await trip(new Jar(), "invented")).toBe(429);
  expect(board.asked.token).toBe(60);
});

test("who has signed in here has ten failures a minute, in all their browsers together", async () => {
  const [desk, phone] = [new Jar(), new Jar()];
  for (const browser of [desk, phone]) expect(await trip(browser, "good")).toBe("signed_in");
  const tally = await ends(20, (n) => trip(n % 2 ? desk : phone, "invented"));
  expect(tally).toEqual({ invalid_grant: 10, 429: 10 });
  expect(await trip(desk, "good")).toBe(429);
});

test("codes that are accepted do not count", async () => {
  expect(await ends(80, () => trip(new Jar(), "good"))).toEqual({ signed_in: 80 });
  const known = new Jar();
  const tally = await ends(20, () => trip(known, "good"));
  expect(tally).toEqual({ signed_in: 20 });
  expect(await countersInDatabase()).toBe(0);
});

test("a second arrival of the same answer is no second code", async () => {
  const browser = new Jar();
  const state = await leave(browser);
  const first = comeBack(browser, "good", state);
  const second = comeBack(browser, "good", state);
  expect(await Promise.all([first, second])).toEqual(["signed_in", "signed_in"]);
  expect(board.asked.token).toBe(1);
  expect(await countersInDatabase()).toBe(0);
});

test("where a proxy says the address, one address cannot use up what a portal has for all", async () => {
  vi.stubEnv("CLIENT_ADDRESS_HEADER", "x-forwarded-for");
  const from = (address: string) => ({ "x-forwarded-for": `203.0.113.7, ${address}` });
  const tally = await ends(100, (n) =>
    trip(new Jar(), "invented", from(`2001:db8:0:1::${n.toString(16)}`)),
  );
  expect(tally).toEqual({ invalid_grant: 30, 429: 70 });
  expect(await trip(new Jar(), "good", from("2001:db8:0:1::1"))).toBe(429);
  expect(await trip(new Jar(), "good", from("192.0.2.1"))).toBe("signed_in");
});

test("an office of two hundred behind one address begins its day at once", async () => {
  vi.stubEnv("CLIENT_ADDRESS_HEADER", "x-forwarded-for");
  const office = { "x-forwarded-for": "192.0.2.1" };
  at.headers = new Headers(office);
  const people: { browser: Jar; state: string }[] = [];
  for (let n = 0; n < 200; n += 1) {
    const browser = new Jar();
    people.push({ browser, state: await leave(browser) });
  }
  expect(people.filter(({ state }) => state === "")).toEqual([]);
  for (let n = 0; n < 75; n += 25) {
    const together = people
      .slice(n, n + 25)
      .map(({ browser, state }) => comeBack(browser, "good", state, office));
    expect(new Set(await Promise.all(together))).toEqual(new Set(["signed_in"]));
  }
});

test("without the setting nothing is counted by address", async () => {
  const header = { "x-forwarded-for": "192.0.2.1" };
  const tally = await ends(40, () => trip(new Jar(), "invented", header));
  expect(tally).toEqual({ invalid_grant: 40 });
});

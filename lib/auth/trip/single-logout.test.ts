import { NextRequest } from "next/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { Jar } from "../testing";

const at = vi.hoisted(() => ({ client: null as unknown, jar: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} }));
vi.mock("next/headers", () => ({
  cookies: async () => at.jar,
  headers: async () => new Headers({ host: "localhost:3000", "x-forwarded-proto": "http" }),
}));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let browser: Jar;

const origin = "http://localhost:3000";
const variables = {
  SPARK_CLIENT_ID: "client",
  SPARK_CLIENT_SECRET: "client-secret",
  MLSCONNECT_BOARDS: "federia",
  MLSCONNECT_CLIENT_ID: "client",
  MLSCONNECT_CLIENT_SECRET: "client-secret",
};

beforeEach(async () => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
  browser = new Jar();
  at.jar = browser;
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await memory.close();
});

/** Signs a user in, in this browser, through a connection. */
async function signedInThrough(connection: string, jar = browser) {
  const { sessionCookieName } = await import("../session/session");
  const { sha256 } = await import("@/lib/accounts/tokens/sha256");
  const user = await memory.client.user.create({ data: {} });
  const token = crypto.randomUUID();
  const expires = new Date(Date.now() + 60_000);
  await memory.client.session.create({
    data: { sessionToken: sha256(token), userId: user.id, expires },
  });
  jar.set({ name: sessionCookieName(), value: token });
  jar.set({ name: "portico.last-connection", value: connection });
}

const offer = async () => (await import("./single-logout")).logoutOffer();
const leave = async () => (await import("./single-logout")).signOutThereToo();
const sessions = () => memory.client.session.count();

/** Arrives at Spark's callback; resolves to the page it ends on. */
async function arrive(query: Record<string, string>, path = "/api/auth/callback/spark") {
  const { authJsGet, sharedCallback } = await import("./handlers");
  const url = `${origin}${path}?${new URLSearchParams(query)}`;
  const request = new NextRequest(url, { headers: { cookie: browser.header() } });
  const [, , , , name = ""] = path.split("/");
  const answer = path.startsWith("/users")
    ? await sharedCallback(request, name)
    : await authJsGet(request, ["callback", name]);
  browser.take(answer);
  return (answer.headers.get("location") ?? String(answer.status)).replace(origin, "");
}

test("it is offered to those who signed in through a portal that has it", async () => {
  expect(await offer()).toBeNull();
  await signedInThrough("mlsconnect-federia");
  expect(await offer()).toBeNull();
  await signedInThrough("spark");
  expect(await offer()).toEqual({ connection: "spark" });
});

test("leaving ends the session here, and names us, the registered callback and a state to the portal", async () => {
  await signedInThrough("spark");
  const address = new URL(await leave());
  expect(await sessions()).toBe(0);
  expect(browser.get("portico-3000.session-token")).toBeUndefined();
  expect(address.origin + address.pathname).toBe("https://sparkplatform.com/openid/logout");
  const { state, ...rest } = Object.fromEntries(address.searchParams);
  expect(rest).toEqual({
    client_id: "client",
    post_logout_redirect_uri: `${origin}/api/auth/callback/spark`,
  });
  expect(state).toMatch(/^[\w-]{43}$/);
  expect(browser.header()).not.toContain(state ?? "");
});

test("who signed in elsewhere is signed out here and goes nowhere", async () => {
  await signedInThrough("mlsconnect-federia");
  expect(await leave()).toBe("/sign-in?done=signed_out");
  expect(await sessions()).toBe(0);
});

async function away() {
  await signedInThrough("spark");
  return new URL(await leave()).searchParams.get("state") ?? "";
}

test("coming back with the state and nothing else is the end of it, once", async () => {
  const state = await away();
  expect(await arrive({ state })).toBe("/sign-in?done=signed_out&connection=spark");
  expect(browser.get("portico.logout")).toBeUndefined();
  expect(await arrive({ state })).toContain("problem=flow_missing");
});

test.each<[string, (state: string) => Record<string, string>, string]>([
  ["no state", () => ({}), "state_missing"],
  ["another state", () => ({ state: "another" }), "flow_missing"],
  ["a code beside it", (state) => ({ state, code: "c" }), "flow_missing"],
  ["an error beside it", (state) => ({ state, error: "access_denied" }), "flow_missing"],
])("coming back with %s changes nothing and is no sign-out", async (_, query, problem) => {
  const state = await away();
  const session = new Jar();
  await signedInThrough("spark", session);
  expect(await arrive(query(state))).toContain(`problem=${problem}`);
  expect(browser.get("portico.logout")).toBeDefined();
  expect(await sessions()).toBe(1);
});

test("nor at another connection's callback, in another browser, or after ten minutes", async () => {
  const state = await away();
  const federia = "/api/auth/callback/mlsconnect-federia";
  expect(await arrive({ state }, federia)).toContain("problem=flow_missing");
  const mine = browser;
  browser = new Jar();
  at.jar = browser;
  expect(await arrive({ state })).toContain("problem=flow_missing");
  browser = mine;
  at.jar = mine;
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * 60_000 + 1000 });
  expect(await arrive({ state })).toContain("problem=flow_missing");
});

async function call(portal: string, cookie: string, method = "GET", query = "") {
  const { portalLogout } = await import("./handlers");
  const url = `${origin}/api/logout/${portal}${query}`;
  return portalLogout(new NextRequest(url, { method, headers: { cookie } }), portal);
}

test.each(["GET", "POST"])(
  "a portal's %s ends the session that comes with it, and no other",
  async (method) => {
    const other = new Jar();
    await signedInThrough("spark", other);
    await signedInThrough("spark");
    const query = "?post_logout_redirect_uri=https://evil.example&client_id=client";
    const answer = await call("spark", browser.header(), method, query);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("");
    expect(answer.headers.get("location")).toBeNull();
    browser.take(answer);
    expect(browser.get("portico-3000.session-token")).toBeUndefined();
    const { liveSession } = await import("../session/session");
    const theirs = other.get("portico-3000.session-token")?.value;
    expect(await liveSession(theirs, new Date())).not.toBeNull();
    expect(await sessions()).toBe(1);
  },
);

test("a call without a session, or with one that is none, answers the same and ends nothing", async () => {
  await signedInThrough("spark");
  for (const cookie of ["", "portico-3000.session-token=unknown"]) {
    expect((await call("spark", cookie)).status).toBe(200);
  }
  expect(await sessions()).toBe(1);
});

test("there is no such address for a portal that has no single logout, nor for an unknown one", async () => {
  await signedInThrough("spark");
  for (const portal of ["mlsconnect", "olx", "unknown"]) {
    expect((await call(portal, browser.header())).status).toBe(404);
  }
  expect(await sessions()).toBe(1);
});

test("without a database it says so instead of pretending", async () => {
  await signedInThrough("spark");
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  at.client = null;
  expect((await call("spark", browser.header())).status).toBe(503);
  said.mockRestore();
});

import { NextRequest } from "next/server";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { memoryDatabase } from "@/lib/db/testing";
import { FLOW_SECONDS } from "../flow/flow";
import { boardServer, boardVariables, Jar } from "../testing";

/** Start and callback together, in a browser of which next/headers would tell; what needs a clock or a broken database. */

const at = vi.hoisted(() => ({ client: null as unknown, jar: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} })); // which wants the whole of React
vi.mock("next/headers", () => ({
  cookies: async () => at.jar,
  headers: async () => new Headers({ host: "localhost:3000", "x-forwarded-proto": "http" }),
}));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let board: Awaited<ReturnType<typeof boardServer>>;
let browser: Jar;

/** On a busy machine this takes longer than a test may. */
beforeAll(async () => {
  await import("./start");
  await import("./callback");
});

beforeEach(async () => {
  vi.resetModules(); // settings and connections are read once
  memory = await memoryDatabase();
  board = await boardServer();
  for (const [name, value] of Object.entries(boardVariables(board.url))) vi.stubEnv(name, value);
  at.client = memory.client;
  open(new Jar());
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  board.close();
  await memory.close();
});

/** From now on this is the browser. */
function open(jar: Jar) {
  browser = jar;
  at.jar = jar;
}

/** Where a flow goes first. */
async function start(mode: "signin" | "link" = "signin") {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { startFlow } = await import("./start");
  const connection = findConnection("mlsconnect-federia");
  if (!connection) throw new Error("no connection");
  return new URL(await startFlow(connection, mode, "/dashboard"), "http://localhost:3000");
}

/** Leaves for the board; resolves to the flow's state. */
async function leave(mode: "signin" | "link" = "signin") {
  const address = await start(mode);
  return address.searchParams.get("state") ?? address.pathname + address.search;
}

/** Comes back from the board; resolves to the path of the page it ends on. */
async function comeBack(query: Record<string, string>, { take = true } = {}) {
  const { callback } = await import("./callback");
  const url = `http://localhost:3000/api/auth/callback/mlsconnect-federia?${new URLSearchParams(query)}`;
  const request = new NextRequest(url, { headers: { cookie: browser.header() } });
  const answer = await callback(request, "mlsconnect-federia");
  if (take) browser.take(answer);
  expect(answer.status).toBe(303);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  return (answer.headers.get("location") ?? "").replace("http://localhost:3000", "");
}

/** The board gives a token only when it is told to. */
function tokenOnCall() {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const asked = new Promise<void>((resolve) => {
    board.beforeToken = () => {
      resolve();
      return answered;
    };
  });
  return { asked, answer };
}

/** Resolves when a second arrival has begun to look for the outcome of the first. */
function secondArrival() {
  return new Promise<void>((resolve) => {
    at.client = memory.client.$extends({
      query: {
        verificationToken: {
          findUnique({ args, query }) {
            resolve();
            return query(args);
          },
        },
      },
    });
  });
}

const signedIn = "/dashboard?done=signed_in&connection=mlsconnect-federia";

test("a flow ends on the dashboard, signed in, with nothing of it left in the browser", async () => {
  const state = await leave();
  expect(await comeBack({ code: "c", state })).toBe(signedIn);
  expect(browser.getAll().map(({ name }) => name)).toEqual([
    "portico-3000.session-token",
    "portico.last-connection",
    "portico.last-user",
  ]);
});

test("`state` is short enough for every portal, and new each time", async () => {
  const states = [await leave(), await leave()];
  for (const state of states) expect(state).toMatch(/^[\w-]{43}$/); // 256 bits; some portals cut at 255 characters
  expect(new Set(states).size).toBe(2);
});

test("Auth.js compares `state` with what was kept at the start, not with what has arrived", async () => {
  const { flowCookieName } = await import("../flow/flow");
  const { seal, unseal } = await import("@/lib/accounts/tokens/sealed");
  const state = await leave();
  const name = flowCookieName(state);
  const flow = await unseal("flow", browser.get(name)?.value ?? "", z.looseObject({}));
  const changed = { ...flow, checks: { state: "another" } };
  browser.set({ name, value: await seal("flow", changed, new Date(Date.now() + 60_000)) });
  expect(await comeBack({ code: "c", state })).toContain("problem=internal");
  expect(board.asked.token).toBe(0);
});

test("a flow that has taken too long says so, and its code is not spent", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const state = await leave();
  vi.setSystemTime(Date.now() + FLOW_SECONDS * 1000 + 1);
  expect(await comeBack({ code: "c", state })).toContain(
    "/sign-in?problem=flow_expired&connection=mlsconnect-federia&mode=signin",
  );
  expect(board.asked.token).toBe(0);
});

test("a second arrival at the same time waits for the first and ends where it ends, signed in", async () => {
  const state = await leave();
  const { asked, answer } = tokenOnCall();
  const first = comeBack({ code: "c", state }, { take: false }); // its answer never reaches the browser
  await asked;
  const waits = secondArrival();
  const second = comeBack({ code: "c", state });
  await waits;
  answer();
  expect(await Promise.all([first, second])).toEqual([signedIn, signedIn]);
  expect(board.asked).toEqual({ token: 1, me: 1 });
  expect(browser.get("portico-3000.session-token")).toBeDefined();
  expect(await memory.client.session.count()).toBe(1);
});

test("a second arrival long after the first is told that the flow is used, and gets no session", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const state = await leave();
  await comeBack({ code: "c", state }, { take: false });
  vi.setSystemTime(Date.now() + 3 * 60 * 1000);
  expect(await comeBack({ code: "c", state })).toContain("problem=flow_used");
  expect(browser.get("portico-3000.session-token")).toBeUndefined();
});

test("when the first arrival died, the second says so instead of waiting for ever", async () => {
  const { claimFlow } = await import("../flow/consumption");
  const { sha256 } = await import("@/lib/accounts/tokens/sha256");
  const state = await leave();
  await claimFlow(sha256(state), new Date());
  vi.useFakeTimers({ toFake: ["Date"] });
  const waits = secondArrival();
  const answer = comeBack({ code: "c", state });
  await waits;
  vi.setSystemTime(Date.now() + 25_000);
  expect(await answer).toContain("problem=flow_unfinished");
  expect(board.asked.token).toBe(0);
});

test("where a board takes tokens back, those that the next sign-in replaces are put up for it", async () => {
  vi.stubEnv("MLSCONNECT_REVOCATION_URL", `${board.url}/revoke`);
  vi.resetModules();
  for (const visit of [1, 2]) {
    expect(await comeBack({ code: `c${visit}`, state: await leave() })).toBe(signedIn);
    expect(await memory.client.revocation.count()).toBe(visit - 1);
  }
});

test("a failure is told again when its page is reloaded", async () => {
  const state = await leave();
  board.me = {};
  const first = await comeBack({ code: "c", state }, { take: false });
  expect(first).toContain("/sign-in?problem=unexpected");
  expect(await comeBack({ code: "c", state })).toBe(first);
  expect(board.asked.token).toBe(1);
});

test("a database that does not answer before the exchange costs neither the code nor the flow", async () => {
  const state = await leave();
  at.client = { verificationToken: { deleteMany: () => Promise.reject(new Error("gone")) } };
  expect(await comeBack({ code: "c", state })).toContain("problem=unavailable");
  expect(board.asked.token).toBe(0);
  at.client = memory.client;
  expect(await comeBack({ code: "c", state })).toBe(signedIn);
});

test("a failure at the portal is told as such even when it can not be written down", async () => {
  const state = await leave();
  board.me = {};
  at.client = memory.client.$extends({
    query: { verificationToken: { updateMany: () => Promise.reject(new Error("gone")) } },
  });
  expect(await comeBack({ code: "c", state })).toContain("problem=unexpected");
});

test("Start_URL has a sentence for a database that does not answer", async () => {
  await comeBack({ code: "c", state: await leave() });
  const { startFromPortal } = await import("./start-url");
  at.client = { session: { findUnique: () => Promise.reject(new Error("gone")) } };
  const answer = await startFromPortal(new Headers(), { portal: "mlsconnect", choice: "federia" });
  if (!(answer instanceof Response)) throw new Error(answer);
  expect(answer.status).toBe(302);
  expect(answer.headers.get("location")).toContain(
    "http://localhost:3000/sign-in?problem=unavailable",
  );
});

test("a database that breaks after the exchange lets no user in and says that it was ours", async () => {
  const state = await leave();
  at.client = memory.client.$extends({
    query: { account: { create: () => Promise.reject(new Error("gone")) } },
  });
  expect(await comeBack({ code: "c", state })).toContain("problem=not_saved");
  expect(await memory.client.user.count()).toBe(0);
  at.client = memory.client;
  expect(await comeBack({ code: "c", state: await leave() })).toBe(signedIn);
});

test("a browser carries six flows; the seventh takes the place of the oldest", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const states: string[] = [];
  for (let n = 0; n < 7; n += 1) {
    states.push(await leave());
    vi.setSystemTime(Date.now() + 1000);
  }
  const [oldest = "", ...others] = states;
  expect(await comeBack({ code: "c", state: oldest })).toContain("problem=flow_missing");
  for (const state of others) expect(await comeBack({ code: "c", state })).toBe(signedIn);
});

test("six flows with PKCE stay far below what a server takes as headers", async () => {
  vi.stubEnv("MLSCONNECT_PKCE", "on");
  for (let n = 0; n < 6; n += 1) await leave();
  expect(browser.header().length).toBeLessThan(6 * 1024);
});

test("a link flow needs a user to link for, before it leaves and when it is back", async () => {
  expect(await leave("link")).toContain("/sign-in?problem=sign_in_first");
  await comeBack({ code: "c", state: await leave() });
  const state = await leave("link");
  await memory.client.session.deleteMany();
  expect(await comeBack({ code: "c", state })).toContain("/sign-in?problem=session_changed");
  expect(board.asked.token).toBe(1);
});

test("a link flow is for the session that began it, and for no later one of the same person", async () => {
  await comeBack({ code: "c", state: await leave() });
  const state = await leave("link");
  await comeBack({ code: "c", state: await leave() });
  expect(await comeBack({ code: "c", state })).toContain("/dashboard?problem=session_changed");
  expect(board.asked.token).toBe(2);
});

test("an answer that comes again leads a signed-in user to the dashboard, and tells others", async () => {
  const state = await leave();
  await comeBack({ code: "c", state });
  expect(await comeBack({ code: "c", state })).toBe("/dashboard");
  open(new Jar());
  expect(await comeBack({ code: "c", state })).toContain("/sign-in?problem=flow_used");
  expect(board.asked.token).toBe(1);
});

test("an expired session is no session, for linking as for anything", async () => {
  await comeBack({ code: "c", state: await leave() });
  const state = await leave("link");
  await memory.client.session.updateMany({ data: { expires: new Date(Date.now() - 1) } });
  expect(await comeBack({ code: "c", state })).toContain("/sign-in?problem=session_changed");
});

test("an answer at another address is refused there, and good where it belongs", async () => {
  const { callback } = await import("./callback");
  const state = await leave();
  const url = `http://localhost:3000/api/auth/callback/mlsconnect-other?code=c&state=${state}`;
  const answer = await callback(
    new NextRequest(url, { headers: { cookie: browser.header() } }),
    "mlsconnect-other",
  );
  expect(answer.headers.get("location")).toContain("problem=wrong_address");
  expect(await comeBack({ code: "c", state })).toBe(signedIn);
});

test("with PKCE each flow has a challenge of its own, by S256, and its code goes with its own verifier (RFC 9700 2.1.1)", async () => {
  const { sha256 } = await import("@/lib/accounts/tokens/sha256");
  vi.stubEnv("MLSCONNECT_PKCE", "on");
  const flows = [(await start()).searchParams, (await start()).searchParams];
  for (const flow of flows) {
    expect(flow.get("code_challenge_method")).toBe("S256");
    expect(await comeBack({ code: "c", state: flow.get("state") ?? "" })).toContain("done=");
  }
  const challenges = flows.map((flow) => flow.get("code_challenge"));
  expect(new Set(challenges).size).toBe(2);
  const verifiers = board.tokenRequests.map(({ code_verifier = "" }) => code_verifier);
  expect(verifiers.map(sha256)).toEqual(challenges);
});

test("where the portal's answer arrives there is a redirect and no page (RFC 9700 4.2.4)", async () => {
  const { callback } = await import("./callback");
  for (const query of [`code=c&state=${await leave()}`, "error=access_denied"]) {
    const url = `http://localhost:3000/api/auth/callback/mlsconnect-federia?${query}`;
    const request = new NextRequest(url, { headers: { cookie: browser.header() } });
    const answer = await callback(request, "mlsconnect-federia");
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toMatch(
      /^http:\/\/localhost:3000\/(dashboard|sign-in)\?/,
    );
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await answer.text()).toBe("");
  }
});

test("cookies of another app that uses Auth.js on this host are neither read nor taken", async () => {
  const checks = ["pkce.code_verifier", "state", "nonce", "callback-url", "session-token"];
  const theirs = [...checks.map((check) => `authjs.${check}`), "portico-3001.session-token"];
  for (const name of theirs) browser.set({ name, value: "theirs" });
  const state = await leave();
  expect(await comeBack({ code: "c", state })).toBe(signedIn);
  for (const name of theirs) expect(browser.get(name)?.value).toBe("theirs");
});

test("a check of ours that does not open is none", async () => {
  const { encode } = await import("next-auth/jwt");
  const name = "portico-3000.pkce.code_verifier";
  const token = { value: "v" };
  browser.set({ name, value: await encode({ token, salt: name, secret: "another secret" }) });
  const state = await leave();
  expect(await comeBack({ code: "c", state })).toBe(signedIn);
});

test("a flow copied under the name of another state opens nothing", async () => {
  const { flowCookieName } = await import("../flow/flow");
  const mine = await leave();
  const sealed = browser.get(flowCookieName(mine))?.value ?? "";
  browser.set({ name: flowCookieName("forged"), value: sealed });
  expect(await comeBack({ code: "c", state: "forged" })).toContain("problem=flow_missing");
  expect(board.asked.token).toBe(0);
});

import { NextRequest } from "next/server";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { boardServer, boardVariables, Jar } from "../testing";

/** What becomes of a code when the process that exchanges it dies, or the portal's answer is lost. */

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
  vi.stubEnv("MLSCONNECT_REVOCATION_URL", `${board.url}/revoke`);
  at.client = memory.client;
  browser = new Jar();
  at.jar = browser;
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  board.close();
  await memory.close();
});

async function connection() {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const found = findConnection("mlsconnect-federia");
  if (!found) throw new Error("no connection");
  return found;
}

/** Leaves for the board; resolves to the flow's state. */
async function leave() {
  const { startFlow } = await import("./start");
  const address = await startFlow(await connection(), "signin", "/dashboard");
  return new URL(address, "http://localhost:3000").searchParams.get("state") ?? address;
}

/** Comes back from the board; resolves to the page it ends on. */
async function comeBack(query: Record<string, string>) {
  const { callback } = await import("./callback");
  const url = `http://localhost:3000/api/auth/callback/mlsconnect-federia?${new URLSearchParams(query)}`;
  const request = new NextRequest(url, { headers: { cookie: browser.header() } });
  const answer = await callback(request, "mlsconnect-federia");
  browser.take(answer);
  return answer.headers.get("location") ?? "";
}

/** A process that dies after its claim, and before anything comes of it. */
async function claimAndDie(code: string) {
  const { beginExchange } = await import("./exchange");
  const { claimFlow } = await import("../flow/consumption");
  const { findFlow } = await import("../flow/flow");
  const state = await leave();
  const flow = await findFlow(state);
  if (!flow) throw new Error("no flow");
  const answer = { kind: "code", code } as const;
  const exchange = await beginExchange(await connection(), flow, {
    flow: state,
    issuer: null,
    answer,
  });
  expect(await claimFlow(flow.stateHash, new Date(), exchange.code)).toBe(true);
}

const kept = () => memory.client.codeExchange.findMany();
const revocations = () => memory.client.revocation.findMany();

/** What the clock does once a minute has passed. */
async function aMinuteLater() {
  const { settleLostCodes } = await import("@/lib/accounts/revocation/lost-codes");
  await memory.client.codeExchange.updateMany({ data: { nextTryAt: new Date(0) } });
  return settleLostCodes();
}

test("a code that comes to something is not kept, nor sent again", async () => {
  expect(await comeBack({ code: "c", state: await leave() })).toContain("done=signed_in");
  expect(await kept()).toEqual([]);
  expect(await aMinuteLater()).toBe(0);
  expect(board.asked.token).toBe(1);
});

test("a code is kept sealed, and is left alone for a minute", async () => {
  await claimAndDie("the-code");
  const rows = await kept();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain("the-code");
  const { settleLostCodes } = await import("@/lib/accounts/revocation/lost-codes");
  expect(await settleLostCodes()).toBe(0);
});

test("a portal that has not had the code gives us tokens, and gets them back", async () => {
  await claimAndDie("c");
  expect(await aMinuteLater()).toBe(1);
  expect(board.asked.token).toBe(1);
  const [row, ...others] = await revocations();
  expect(others).toEqual([]);
  expect(row).toMatchObject({ connection: "mlsconnect-federia", member: "ql4Jgm" });
  expect(await kept()).toEqual([]);
  expect(await memory.client.account.count()).toBe(0);
});

test("a portal that has had the code refuses it, and that is the end", async () => {
  await claimAndDie("c");
  board.knows = () => false;
  await aMinuteLater();
  expect([await kept(), await revocations()]).toEqual([[], []]);
});

test("what the first request said is said again: PKCE, and the callback's address", async () => {
  vi.stubEnv("MLSCONNECT_PKCE", "on");
  vi.resetModules();
  await claimAndDie("c");
  await aMinuteLater();
  const [request] = board.tokenRequests;
  expect(request).toMatchObject({ grant_type: "authorization_code", code: "c" });
  expect(request?.code_verifier).toMatch(/^[\w-]{43,}$/);
});

test("where it is not known whose the tokens are, those of the second time are given back alone", async () => {
  board.me = {}; // the tokens are there, and whose they are is not known
  expect(await comeBack({ code: "c", state: await leave() })).toContain("problem=unexpected");
  expect(await kept()).toHaveLength(1);
  await aMinuteLater();
  expect([await kept(), (await revocations()).length, board.asked.token]).toEqual([[], 1, 2]);
});

test("a code that the portal refuses at once is forgotten at once", async () => {
  board.knows = () => false;
  expect(await comeBack({ code: "c", state: await leave() })).toContain("problem=invalid_grant");
  expect(await kept()).toEqual([]);
});

test("while the portal is away a code is kept for ten minutes, and not longer", async () => {
  await claimAndDie("c");
  board.close();
  await aMinuteLater();
  expect(await kept()).toHaveLength(1);
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + 11 * 60_000);
  await aMinuteLater();
  expect(await kept()).toEqual([]);
});

test("tokens of a code that was sent once more meanwhile are given back, and not kept", async () => {
  const state = await leave();
  board.beforeToken = async () => {
    await memory.client.codeExchange.updateMany({ data: { isLost: true } });
  };
  expect(await comeBack({ code: "c", state })).toContain("problem=timed_out");
  expect([await memory.client.account.count(), await memory.client.session.count()]).toEqual([
    0, 0,
  ]);
  expect(await revocations()).toMatchObject([{ member: "ql4Jgm" }]);
  expect(await kept()).toEqual([]);
});

test("a code that is sent once more is marked first: whose tokens come later keeps none", async () => {
  await claimAndDie("c");
  let marked: boolean | undefined;
  board.beforeToken = async () => {
    marked = (await kept())[0]?.isLost;
  };
  await aMinuteLater();
  expect(marked).toBe(true);
});

test("a process that is set up otherwise leaves the code to others", async () => {
  await claimAndDie("c");
  vi.stubEnv("MLSCONNECT_CLIENT_ID", "another");
  vi.resetModules();
  await aMinuteLater();
  expect(await kept()).toHaveLength(1);
});

test("a second arrival keeps nothing", async () => {
  const state = await leave();
  await comeBack({ code: "c", state });
  const { claimFlow } = await import("../flow/consumption");
  const { sha256 } = await import("@/lib/accounts/tokens/sha256");
  expect(await claimFlow(sha256(state), new Date(), "sealed")).toBe(false);
  expect(await kept()).toEqual([]);
});

test("where a portal has no way to take tokens back, nothing is kept", async () => {
  vi.stubEnv("MLSCONNECT_REVOCATION_URL", "");
  vi.resetModules();
  await claimAndDie("c");
  expect(await kept()).toEqual([]);
});

import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { findConnection } from "@/lib/conversation/configuration";
import { memoryDatabase } from "@/lib/db/testing";
import { findFlow } from "../flow/flow";
import { sessionCookieName } from "../session/session";
import { Jar } from "../testing";
import { startFlow } from "./start";

/** What a flow is begun with, and where none is begun. */

const at = vi.hoisted(() => ({ client: null as unknown, jar: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} })); // which wants the whole of React
vi.mock("next/headers", () => ({
  cookies: async () => at.jar,
  headers: async () => new Headers({ host: "localhost:3000", "x-forwarded-proto": "http" }),
}));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let browser: Jar;

beforeAll(() => {
  const variables = {
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "client",
    MLSCONNECT_CLIENT_SECRET: "client-secret",
    OLX_CLIENT_ID: "client",
    OLX_CLIENT_SECRET: "client-secret",
    OLX_API_KEY: "key",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

beforeEach(async () => {
  memory = await memoryDatabase();
  browser = new Jar();
  at.client = memory.client;
  at.jar = browser;
});

afterEach(() => memory.close());

async function start(id: string, mode: "signin" | "link") {
  const connection = findConnection(id);
  if (!connection) throw new Error("no connection");
  return new URL(await startFlow(connection, mode, "/dashboard"), "http://localhost:3000");
}

/** The flow that the browser carries. */
const flowOf = ({ searchParams }: URL) => findFlow(searchParams.get("state") ?? "");

async function signedIn() {
  const { id } = await memory.client.user.create({ data: {} });
  const expires = new Date(Date.now() + 60_000);
  const sessionToken = sha256("anna's");
  await memory.client.session.create({ data: { sessionToken, userId: id, expires } });
  browser.set(sessionCookieName(), "anna's");
  return { user: id, session: sessionToken };
}

test("a portal is sent what it documents, and nothing that Auth.js would add", async () => {
  const { searchParams } = await start("mlsconnect-federia", "signin");
  const sent = ["client_id", "redirect_uri", "response_type", "state"];
  expect([...searchParams.keys()].toSorted()).toEqual(sent);
});

test("a link flow is for the user and the session that begin it", async () => {
  const owner = await signedIn();
  expect(await flowOf(await start("mlsconnect-federia", "link"))).toMatchObject({
    mode: "link",
    connection: "mlsconnect-federia",
    owner,
  });
});

test("a sign-in flow has no owner, also when a user is signed in", async () => {
  await signedIn();
  const flow = await flowOf(await start("mlsconnect-federia", "signin"));
  expect(flow).toMatchObject({ mode: "signin", owner: null });
});

test("no link flow begins without a session, and no sign-in at a portal that is only linked", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const address = await start("mlsconnect-federia", "link");
  expect(address.pathname + address.search).toContain("/sign-in?problem=sign_in_first");
  const other = await start("olx-otodom", "signin");
  expect(other.pathname + other.search).toContain("/sign-in?problem=not_offered");
  expect(browser.getAll()).toEqual([]);
});

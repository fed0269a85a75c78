import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { Jar } from "../testing";
import { startFromPortal } from "./start-url";

/** Who may begin a flow by coming to Start_URL, and at which portals. */

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
    MLSCONNECT_BOARDS: "federia cote-dazur",
    MLSCONNECT_CLIENT_ID: "client",
    MLSCONNECT_CLIENT_SECRET: "client-secret",
    OLX_CLIENT_ID: "client",
    OLX_CLIENT_SECRET: "client-secret",
    OLX_API_KEY: "key",
    SPARK_OAUTH2_ROLES: "private",
    SPARK_OAUTH2_CLIENT_ID: "client",
    SPARK_OAUTH2_CLIENT_SECRET: "client-secret",
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

const federia = { portal: "mlsconnect", choice: "federia" };

async function come(headers: Record<string, string>, to = federia) {
  const answer = await startFromPortal(new Headers(headers), to);
  return answer instanceof Response ? answer.status : answer;
}

test.each<Record<string, string>>([
  {},
  { "sec-fetch-dest": "document", "sec-fetch-mode": "navigate" },
])("a person who comes with %o begins a flow", async (headers) => {
  expect(await come(headers)).toBe(302);
  expect(browser.getAll()).toHaveLength(1);
});

test("where it leads is neither stored nor told on", async () => {
  const answer = await startFromPortal(new Headers(), federia);
  if (!(answer instanceof Response)) throw new Error(answer);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
});

test.each<Record<string, string>>([
  { "sec-fetch-dest": "iframe" },
  { "sec-fetch-dest": "image" },
  { "sec-fetch-dest": "empty" },
  { "sec-fetch-dest": "document", "sec-purpose": "prefetch;prerender" },
  { purpose: "prefetch" },
  { purpose: "preview" },
  { "x-moz": "prefetch" },
])("%o is no visit, and begins nothing", async (headers) => {
  expect(await come(headers)).toBe("not_a_visit");
  expect(browser.getAll()).toEqual([]);
});

test.each([
  ["a board that is not here", { portal: "mlsconnect", choice: "caraibes" }],
  ["a portal that signs no user in", { portal: "olx", choice: "otodom" }],
  ["a portal that is called by half of its name", { portal: "spark", choice: "oauth2-private" }],
  ["a board that is called by half of its name", { portal: "mlsconnect-cote", choice: "dazur" }],
])("%s is unknown, and nothing begins", async (_about, to) => {
  expect(await come({}, to)).toBe("unknown");
  expect(browser.getAll()).toEqual([]);
});

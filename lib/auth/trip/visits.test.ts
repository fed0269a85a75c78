import { NextRequest } from "next/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { beginProcess } from "@/lib/process/testing";
import { sessionCookieName } from "../session/session";
import { boardVariables, Jar } from "../testing";

/** Floods that ask no portal: they are to cost neither queries nor rows without end. */

const at = vi.hoisted(() => ({
  client: null as unknown,
  jar: null as unknown,
  headers: new Headers(),
}));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} })); // which wants the whole of React
vi.mock("next/headers", () => ({ cookies: async () => at.jar, headers: async () => at.headers }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let queries = 0;

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // thousands of requests, also on a busy machine

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] }); // all in one moment
  vi.resetModules(); // settings are read once
  vi.spyOn(console, "error").mockImplementation(() => {});
  const spark = { SPARK_CLIENT_ID: "client", SPARK_CLIENT_SECRET: "client-secret" };
  const variables = { ...boardVariables("http://localhost:1"), ...spark };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  memory = await memoryDatabase();
  queries = 0;
  at.client = memory.client.$extends({
    query: {
      $allOperations({ args, query }) {
        queries += 1;
        return query(args);
      },
    },
  });
  at.jar = new Jar();
  at.headers = new Headers();
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  beginProcess();
  await memory.close();
});

type Asked = { query?: string; cookie?: string; headers?: Record<string, string> };

async function arrive({ query = "", cookie = "", headers = {} }: Asked) {
  const { GET } = await import("@/app/api/auth/[...nextauth]/route");
  const url = `http://localhost:3000/api/auth/callback/mlsconnect-federia?${query}`;
  const params = Promise.resolve({ nextauth: ["callback", "mlsconnect-federia"] });
  return GET(new NextRequest(url, { headers: { cookie, ...headers } }), { params });
}

/** How often each status came, and what each 429 said. */
async function statuses(answers: Promise<Response>[]) {
  const all = await Promise.all(answers);
  for (const answer of all) {
    if (answer.status === 429) expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  }
  return new Set(all.map(({ status }) => status));
}

const times = (count: number, each: (n: number) => Promise<Response>) =>
  Array.from({ length: count }, (_, n) => each(n));

test("two thousand answers with an invented state are few queries, and no row", async () => {
  const answers = times(2_000, (n) => arrive({ query: `code=c&state=invented-${n}` }));
  expect(await statuses(answers)).toEqual(new Set([303, 429]));
  expect(queries).toBeLessThan(1_000);
  expect(await memory.client.verificationToken.count()).toBe(0);
});

test("two thousand invented cookies are few queries, at each address that looks at a session", async () => {
  const { GET: logout } = await import("@/app/api/logout/[portal]/route");
  const { GET: auth } = await import("@/app/api/auth/[...nextauth]/route");
  const answers = times(2_000, (n) => {
    const headers = { cookie: `${sessionCookieName()}=invented-${n}` };
    const request = new NextRequest("http://localhost:3000/", { headers });
    if (n % 3 === 0) return logout(request, { params: Promise.resolve({ portal: "spark" }) });
    if (n % 3 === 1) return auth(request, { params: Promise.resolve({ nextauth: ["session"] }) });
    return arrive({ query: "error=access_denied", ...headers });
  });
  expect(await statuses(answers)).toContain(429);
  expect(queries).toBeLessThan(1_000);
});

test("a thousand starts by Start_URL from one address are told when to come back, and ask nothing", async () => {
  vi.stubEnv("CLIENT_ADDRESS_HEADER", "x-real-ip");
  const { GET } = await import("@/app/start/[portal]/[choice]/route");
  const start = (address: string) => {
    at.headers = new Headers({ host: "localhost:3000", "x-real-ip": address });
    const params = Promise.resolve({ portal: "mlsconnect", choice: "federia" });
    return GET(new Request("http://localhost:3000/", { headers: at.headers }), { params });
  };
  const all: number[] = [];
  for (let n = 0; n < 1_000; n += 1) all.push((await start("192.0.2.1")).status);
  expect(all.filter((status) => status === 302).length).toBeLessThan(500);
  expect(all.at(-1)).toBe(429);
  expect((await start("192.0.2.2")).status).toBe(302);
  expect(queries).toBe(0);
});

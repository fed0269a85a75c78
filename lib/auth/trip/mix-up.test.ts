import { NextRequest } from "next/server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { boardServer, boardVariables, Jar } from "../testing";

/**
 * The mix-up attack, RFC 9700 section 4.4: a hostile board sends the person on to an honest one with its own `state`, and
 * hopes that the code which comes back is exchanged at its own token address.
 */

const at = vi.hoisted(() => ({ client: null as unknown, jar: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} })); // which wants the whole of React
vi.mock("next/headers", () => ({
  cookies: async () => at.jar,
  headers: async () => new Headers({ host: "localhost:3000", "x-forwarded-proto": "http" }),
}));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let honest: Awaited<ReturnType<typeof boardServer>>;
let hostile: Awaited<ReturnType<typeof boardServer>>;

beforeAll(async () => {
  memory = await memoryDatabase();
  [honest, hostile] = [await boardServer(), await boardServer()];
  at.client = memory.client;
  const variables = {
    ...boardVariables(honest.url),
    MLSCONNECT_BOARDS: "federia hostile",
    MLSCONNECT_CALLBACK: "shared",
    MLSCONNECT_HOSTILE_CLIENT_ID: "hostile",
    MLSCONNECT_HOSTILE_CLIENT_SECRET: "hostile-secret",
    MLSCONNECT_HOSTILE_AUTHORIZATION_URL: `${hostile.url}/authorize`,
    MLSCONNECT_HOSTILE_TOKEN_URL: `${hostile.url}/token`,
    MLSCONNECT_HOSTILE_MEMBER_URL: `${hostile.url}/me`,
    MLSCONNECT_HOSTILE_API_URL: hostile.url,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  honest.close();
  hostile.close();
  await memory.close();
});

/** Leaves for a board; resolves to the address it is left for. */
async function leave(id: string) {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { startFlow } = await import("./start");
  const connection = findConnection(id);
  if (!connection) throw new Error(`There is no ${id}`);
  return new URL(await startFlow(connection, "signin", "/dashboard"), "http://localhost:3000");
}

test("a code of the honest board, under the state of the hostile one, is shown to neither", async () => {
  at.jar = new Jar();
  const { configurationErrors } = await import("@/lib/conversation/configuration");
  expect(configurationErrors()).toEqual([]);
  const forHonest = await leave("mlsconnect-federia");
  const forHostile = await leave("mlsconnect-hostile");
  expect(forHonest.searchParams.get("redirect_uri")).toContain("/users/auth/mlsconnect/callback");
  expect(forHostile.searchParams.get("redirect_uri")).toContain(
    "/api/auth/callback/mlsconnect-hostile",
  );

  const { sharedCallback } = await import("./handlers");
  const forwarded = new URL(forHonest.searchParams.get("redirect_uri") ?? "");
  forwarded.searchParams.set("code", "the-honest-board's");
  forwarded.searchParams.set("state", forHostile.searchParams.get("state") ?? "");
  const jar = at.jar as Jar;
  const request = new NextRequest(forwarded, { headers: { cookie: jar.header() } });
  const answer = await sharedCallback(request, "mlsconnect");
  expect(answer.headers.get("location")).toContain("problem=wrong_address");
  expect([honest.asked, hostile.asked]).toEqual([
    { token: 0, me: 0 },
    { token: 0, me: 0 },
  ]);
});

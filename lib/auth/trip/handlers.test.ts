import { NextRequest } from "next/server";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { memoryDatabase } from "@/lib/db/testing";
import { sessionCookieName } from "../session/session";
import { Jar } from "../testing";
import { authJsGet, oauth1Callback, sharedCallback } from "./handlers";

/** Which addresses lead to a callback, and what is told of a session. */

const at = vi.hoisted(() => ({ client: null as unknown, jar: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} })); // which wants the whole of React
vi.mock("next/headers", () => ({
  cookies: async () => at.jar,
  headers: async () => new Headers(),
}));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeAll(() => {
  const variables = {
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "client",
    MLSCONNECT_CLIENT_SECRET: "client-secret",
    OLX_CLIENT_ID: "client",
    OLX_CLIENT_SECRET: "client-secret",
    OLX_API_KEY: "key",
    IMMOSCOUT24_CLIENT_ID: "client",
    IMMOSCOUT24_CLIENT_SECRET: "client-secret",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  memory = await memoryDatabase();
  at.client = memory.client;
  at.jar = new Jar();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await memory.close();
});

const request = (path: string, cookie = "") =>
  new NextRequest(`http://localhost:3000${path}`, { headers: { cookie } });

/** Through the same doors as the routes; resolves to the answer's status: 303 when a callback has looked at it. */
async function arrive(path: string) {
  const [, first, second, ...rest] = path.split("/");
  const at = request(`${path}?code=c&state=s`);
  if (first === "users") return (await sharedCallback(at, rest[0] ?? "")).status;
  if (second === "oauth1") return (await oauth1Callback(at, rest[0] ?? "")).status;
  return (await authJsGet(at, rest)).status;
}

test.each([
  ["/api/auth/callback/mlsconnect-federia", 303],
  ["/api/auth/callback/immoscout24", 404], // OAuth 1.0a has a door of its own
  ["/api/auth/callback/mlsconnect-nowhere", 404],
  ["/api/auth/callback", 404],
  ["/api/auth/signin/mlsconnect-federia", 404],
  ["/api/oauth1/immoscout24/callback", 303],
  ["/api/oauth1/mlsconnect-federia/callback", 404],
  ["/api/oauth1/nowhere/callback", 404],
  ["/users/auth/olx/callback", 303],
  ["/users/auth/mlsconnect/callback", 404], // not shared here
  ["/users/auth/nowhere/callback", 404],
])("%s is answered %i", async (path, status) => {
  expect(await arrive(path)).toBe(status);
});

test("what is told of a session is its user's four words, and is not stored", async () => {
  const { id } = await memory.client.user.create({ data: { name: "Anna Peeters" } });
  const expires = new Date(Date.now() + 60_000);
  await memory.client.session.create({
    data: { sessionToken: sha256("anna's"), userId: id, expires },
  });
  const cookie = `${sessionCookieName()}=anna's`;
  const answer = await authJsGet(request("/api/auth/session", cookie), ["session"]);
  expect(answer.headers.get("cache-control")).toBe("private, no-store");
  expect(await answer.json()).toEqual({
    user: { id, name: "Anna Peeters", email: null, image: null },
    expires: expires.toISOString(),
  });
  expect(await (await authJsGet(request("/api/auth/session"), ["session"])).json()).toBeNull();
});

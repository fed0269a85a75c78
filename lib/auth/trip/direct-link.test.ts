import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { findConnection } from "@/lib/conversation/configuration";
import { memoryDatabase } from "@/lib/db/testing";
import { linkWithPassword, linkWithTokens } from "./direct-link";

/** What is refused before a portal is asked. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} })); // which wants the whole of React
vi.mock("next/headers", () => ({ cookies: vi.fn(), headers: vi.fn() }));

let asked = 0;
let memory: Awaited<ReturnType<typeof memoryDatabase>>;
const portal = createServer((_request, response) => {
  asked += 1;
  response.writeHead(503).end();
});

beforeAll(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
  await new Promise<void>((resolve) => portal.listen(0, "localhost", resolve));
  const url = `http://localhost:${(portal.address() as AddressInfo).port}`;
  const variables = {
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "client",
    MLSCONNECT_CLIENT_SECRET: "client-secret",
    MLSCONNECT_AUTHORIZATION_URL: `${url}/authorize`,
    MLSCONNECT_TOKEN_URL: `${url}/token`,
    MLSCONNECT_MEMBER_URL: `${url}/me`,
    MLSCONNECT_API_URL: url,
    SPARK_OAUTH2_ROLES: "private",
    SPARK_OAUTH2_CLIENT_ID: "client",
    SPARK_OAUTH2_CLIENT_SECRET: "client-secret",
    SPARK_OAUTH2_AUTHORIZATION_URL: `${url}/authorize`,
    SPARK_OAUTH2_TOKEN_URL: `${url}/token`,
    SPARK_OAUTH2_API_URL: url,
    SPARK_OAUTH2_MEMBER_URL: `${url}/me`,
    IMMOSCOUT24_CLIENT_ID: "client",
    IMMOSCOUT24_CLIENT_SECRET: "client-secret",
    IMMOSCOUT24_REQUEST_TOKEN_URL: `${url}/request_token`,
    IMMOSCOUT24_AUTHORIZATION_URL: `${url}/authorize`,
    IMMOSCOUT24_ACCESS_TOKEN_URL: `${url}/access_token`,
    IMMOSCOUT24_MEMBER_URL: `${url}/me`,
    IMMOSCOUT24_API_URL: url,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

afterAll(async () => {
  portal.close();
  await memory.close();
});

beforeEach(() => {
  asked = 0;
  vi.spyOn(console, "error").mockImplementation(() => {});
});

const user = { id: "anna", name: null, email: null, image: null, language: null };
const session = { user, hash: "hash", expires: new Date(Date.now() + 60_000) };
const password = { username: "sam.broker", password: "open sesame" };

function asks(id: string, fields: Record<string, unknown>) {
  const connection = findConnection(id);
  if (!connection) throw new Error("no connection");
  return { session, connection, fields };
}

test.each(["mlsconnect-federia", "spark-oauth2-private"])(
  "%s takes no name and password where that was not allowed",
  async (id) => {
    expect(await linkWithPassword(asks(id, password))).toContain("problem=not_offered");
    expect(asked).toBe(0);
  },
);

test("a portal that hands out no tokens beforehand takes none", async () => {
  const fields = { access_token: "access", refresh_token: "" };
  expect(await linkWithTokens(asks("mlsconnect-federia", fields))).toContain("problem=not_offered");
  expect(asked).toBe(0);
});

test.each([
  ["none", {}],
  ["an empty one", { access_token: " ", refresh_token: "" }],
  ["two lines", { access_token: "a\r\nb: c", refresh_token: "" }],
  ["two words", { access_token: "a b", refresh_token: "" }],
  ["a novel", { access_token: "a".repeat(8193), refresh_token: "" }],
  ["a refresh token of two lines", { access_token: "a", refresh_token: "a\nb" }],
])("%s instead of a token is not sent to the portal", async (_about, fields) => {
  expect(await linkWithTokens(asks("spark-oauth2-private", fields))).toContain(
    "problem=wrong_tokens",
  );
  expect(asked).toBe(0);
});

test.each<[string, Record<string, string>]>([
  ["spark-oauth2-private", { access_token: " access ", refresh_token: "" }],
  ["spark-oauth2-private", { access_token: "access" }],
  ["spark-oauth2-private", { access_token: "access", refresh_token: "refresh", other: "x" }],
  ["immoscout24", { access_token: "access", token_secret: "secret+/=" }],
])("what looks like a key of %s is sent: %j", async (id, fields) => {
  expect(await linkWithTokens(asks(id, fields))).toContain("problem=failing");
  expect(asked).toBe(1);
});

test.each<[string, Record<string, string>]>([
  ["spark-oauth2-private", { refresh_token: "refresh" }],
  ["immoscout24", { access_token: "access" }],
  ["immoscout24", { access_token: "access", token_secret: "" }],
])("what %s needs beside is not sent without it: %j", async (id, fields) => {
  expect(await linkWithTokens(asks(id, fields))).toContain("problem=wrong_tokens");
  expect(asked).toBe(0);
});

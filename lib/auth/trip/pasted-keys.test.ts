import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";

/** Keys that a member pastes: what the form must hold, and what is kept of it. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

/** What the portals were asked with. */
const asked: string[] = [];

const account = { D: { Success: true, Results: [{ Id: "20110426173054342350000000" }] } };
const listings = { "realestates.realEstates": { Paging: { numberOfHits: 2 } } };

/** In the form of each. */
const refusal = {
  D: { Success: false, Code: 1000, Message: "Invalid API key" },
  "common.messages": [{ message: { messageCode: "ERROR_COMMON_AUTHENTICATION_REQUIRED" } }],
};

/** Spark, which takes `personal` as Bearer and `single` as OAuth; ImmoScout24, which takes what is signed with `own`. */
const server = createServer(({ headers: { authorization = "" }, url = "" }, response) => {
  asked.push(authorization);
  const isAccount = url === "/sparkapi.com/v1/my/account";
  const isKnown = isAccount
    ? ["Bearer personal", "OAuth single"].includes(authorization)
    : authorization.startsWith("OAuth ") && authorization.includes('oauth_token="own"');
  response.writeHead(isKnown ? 200 : 401);
  response.end(JSON.stringify(isKnown ? (isAccount ? account : listings) : refusal));
});

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  vi.stubEnv("PORTAL_SIMULATOR", `http://localhost:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("SPARK_OAUTH2_ROLES", "private");
  for (const portal of ["SPARK", "IMMOSCOUT24", "SPARK_OAUTH2_PRIVATE", "OLX"]) {
    vi.stubEnv(`${portal}_CLIENT_ID`, "id");
    vi.stubEnv(`${portal}_CLIENT_SECRET`, "secret");
  }
  vi.stubEnv("OLX_API_KEY", "key");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
  await memory.close();
  asked.length = 0;
});

async function paste(id: string, fields: Record<string, string>) {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { linkWithTokens } = await import("./direct-link");
  const connection = findConnection(id);
  if (!connection) throw new Error("no connection");
  const { client } = memory;
  const user = await client.user.create({ data: { name: "Anna Peeters" } });
  const session = { user, hash: "hash of a session", expires: new Date(Date.now() + 60_000) };
  const row = { sessionToken: session.hash, userId: user.id, expires: session.expires };
  await client.session.create({ data: row });
  const page = await linkWithTokens({ session, connection, fields });
  const { searchParams } = new URL(page, "http://localhost:3000");
  return searchParams.get("done") ?? searchParams.get("problem");
}

test.each<[connection: string, fields: Record<string, string>, sent: RegExp]>([
  ["spark", { access_token: " personal\n" }, /^Bearer personal$/],
  ["spark-oauth2-private", { access_token: "single" }, /^OAuth single$/],
  ["spark-oauth2-private", { access_token: "single", refresh_token: "r" }, /^OAuth single$/],
  ["immoscout24", { access_token: "own", token_secret: "s+/=" }, /oauth_signature=/],
])("%s links with the keys that it hands out: %j", async (id, fields, sent) => {
  expect(await paste(id, fields)).toBe("linked");
  expect(asked).toEqual([expect.stringMatching(sent)]);
  const link = await memory.client.account.findFirstOrThrow();
  expect(link).toMatchObject({ provider: id, type: "oauth", expires_at: null });
  expect([link.refresh_token !== null, link.oauth_token_secret !== null]).toEqual([
    "refresh_token" in fields,
    "token_secret" in fields,
  ]);
  expect(JSON.stringify(link)).not.toMatch(/personal|single|"own"|s\+/);
});

test("keys that a portal does not hand out are not looked at", async () => {
  const more = { refresh_token: "two words", token_secret: "two words" };
  expect(await paste("spark", { access_token: "personal", ...more })).toBe("linked");
  const { refresh_token, oauth_token_secret } = await memory.client.account.findFirstOrThrow();
  expect([refresh_token, oauth_token_secret]).toEqual([null, null]);
});

test.each<[connection: string, fields: Record<string, string>]>([
  ["spark", {}],
  ["spark", { access_token: "" }],
  ["spark", { access_token: "two words" }],
  ["spark", { access_token: "x".repeat(8193) }],
  ["immoscout24", { access_token: "own" }],
  ["immoscout24", { access_token: "own", token_secret: " " }],
])("for %s, %j is not what its form asks for, and no portal is asked", async (id, fields) => {
  expect(await paste(id, fields)).toBe("wrong_tokens");
  expect(asked).toEqual([]);
});

test.each<[connection: string, fields: Record<string, string>]>([
  ["spark", { access_token: "another" }],
  ["immoscout24", { access_token: "another", token_secret: "s" }],
])("what %s does not accept is kept nowhere: %j", async (id, fields) => {
  expect(await paste(id, fields)).toBe("wrong_tokens");
  expect(asked).toHaveLength(1);
  expect(await memory.client.account.count()).toBe(0);
});

test("a portal that hands out no keys takes none", async () => {
  expect(await paste("olx-otodom", { access_token: "personal" })).toBe("not_offered");
  expect(asked).toEqual([]);
});

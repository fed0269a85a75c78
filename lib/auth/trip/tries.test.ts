import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";

/** Guessing names, passwords and keys through our forms. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} })); // which wants the whole of React
vi.mock("next/headers", () => ({ cookies: vi.fn(), headers: vi.fn() }));

const right = "open sesame";
const account = { D: { Success: true, Results: [{ Id: "20110426173054342350000000" }] } };

let asked = 0;
let fault: ((response: ServerResponse) => void) | null = null;
const refusal = { D: { Success: false, Code: 1000, Message: "Invalid API key" } };
const portal = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (request.url?.endsWith("/account")) {
    const isKnown = request.headers.authorization === "OAuth access";
    if (!isKnown) asked += 1;
    return response.writeHead(isKnown ? 200 : 401).end(JSON.stringify(isKnown ? account : refusal));
  }
  asked += 1;
  if (fault) return fault(response);
  const isRight = JSON.parse(body).password === right;
  const answer = isRight
    ? { access_token: "access", refresh_token: "refresh", expires_in: 3600 }
    : { error: "invalid_grant" };
  response.writeHead(isRight ? 200 : 400).end(JSON.stringify(answer));
});

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  vi.resetModules();
  vi.spyOn(console, "error").mockImplementation(() => {});
  memory = await memoryDatabase();
  at.client = memory.client;
  [asked, fault] = [0, null];
  await new Promise<void>((resolve) => portal.listen(0, "localhost", resolve));
  const { port } = portal.address() as AddressInfo;
  const variables = {
    PORTAL_SIMULATOR: `http://localhost:${port}`,
    SPARK_OAUTH2_ROLES: "private idx",
    SPARK_OAUTH2_CLIENT_ID: "client",
    SPARK_OAUTH2_CLIENT_SECRET: "client-secret",
    SPARK_OAUTH2_PASSWORD_GRANT: "on",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await new Promise((resolve) => portal.close(resolve));
  await memory.close();
});

async function newUser() {
  const user = await memory.client.user.create({ data: { name: "Anna Peeters" } });
  const row = {
    sessionToken: crypto.randomUUID(),
    userId: user.id,
    expires: new Date(Date.now() + 3_600_000),
  };
  await memory.client.session.create({ data: row });
  return { user, hash: row.sessionToken, expires: row.expires };
}

type Session = Awaited<ReturnType<typeof newUser>>;

/** Resolves to how it ended, in a word. */
async function submit(
  session: Session,
  fields: Record<string, string>,
  id = "spark-oauth2-private",
) {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { linkWithPassword, linkWithTokens } = await import("./direct-link");
  const connection = findConnection(id);
  if (!connection) throw new Error(`There is no ${id}`);
  const way = "password" in fields ? linkWithPassword : linkWithTokens;
  const page = await way({ session, connection, fields });
  const { searchParams } = new URL(page, "http://localhost:3000");
  return searchParams.get("done") ?? searchParams.get("problem");
}

const guess = (username = "sam.broker", password = "guess") => ({ username, password });

async function ends(count: number, submitted: (n: number) => Promise<string | null>) {
  const all = [];
  for (let n = 0; n < count; n += 1) all.push(await submitted(n));
  return all;
}

test("one user has five tries, of whatever name, at whatever role and by whatever form", async () => {
  const anna = await newUser();
  const tries = await ends(5, (n) =>
    n % 2
      ? submit(anna, guess(`name-${n}`), n % 3 ? "spark-oauth2-idx" : "spark-oauth2-private")
      : submit(anna, { access_token: `guess-${n}` }),
  );
  expect(new Set(tries)).toEqual(new Set(["wrong_password", "wrong_tokens"]));
  expect(asked).toBe(5);
  expect(await submit(anna, guess("another", right))).toBe("too_many_tries");
  expect(await submit(anna, { access_token: "access" })).toBe("too_many_tries");
  expect(asked).toBe(5);
  expect(await submit(await newUser(), guess("another", right))).toBe("linked");
});

test("sixty guesses at once are no more than one after the other", async () => {
  const anna = await newUser();
  await Promise.all(Array.from({ length: 60 }, (_, n) => submit(anna, guess("sam", `guess-${n}`))));
  expect(asked).toBeLessThanOrEqual(5);
});

test("one name has ten tries at a portal, by however many users and however it is typed", async () => {
  const spellings = ["sam.broker", " Sam.Broker", "SAM.BROKER ", "ｓam.broker"];
  const tries = await ends(10, async (n) => submit(await newUser(), guess(spellings[n % 4])));
  expect(new Set(tries)).toEqual(new Set(["wrong_password"]));
  const bram = await newUser();
  expect(await submit(bram, guess("sam.broker", right))).toBe("too_many_tries");
  expect(asked).toBe(10);
  // The roles of this portal have one login.
  expect(await submit(bram, guess("sam.broker", right), "spark-oauth2-idx")).toBe("too_many_tries");
  expect(await submit(bram, guess("another", right))).toBe("linked");
});

test("a portal has a hundred tries, of whatever name", async () => {
  const { countTry } = await import("./tries");
  const tries = await ends(101, async (n) => {
    const about = { user: `user-${n}`, portal: "spark-oauth2 production", name: `name-${n}` };
    return countTry(about, new Date()).then(
      () => "counted",
      ({ name }) => name,
    );
  });
  expect(tries.indexOf("TooManyRequests")).toBe(100);
  expect(await submit(await newUser(), guess("sam.broker", right))).toBe("too_many_tries");
});

test("a quarter of an hour later there are tries again", async () => {
  const anna = await newUser();
  await ends(6, () => submit(anna, guess()));
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + 15 * 60 * 1000 + 1);
  expect(await submit(anna, guess("sam.broker", right))).toBe("linked");
});

test("what is accepted, and what the portal has not looked at, counts against nobody", async () => {
  const anna = await newUser();
  expect(await ends(7, () => submit(anna, guess("sam", right)))).not.toContain("too_many_tries");
  fault = (response) => void response.writeHead(503).end();
  expect(new Set(await ends(7, () => submit(anna, guess())))).toEqual(new Set(["failing"]));
  fault = (response) => void response.destroy();
  expect(await ends(7, () => submit(anna, guess()))).not.toContain("too_many_tries");
  const tries = { identifier: { startsWith: "try:" } };
  expect(await memory.client.verificationToken.count({ where: tries })).toBe(0);
});

test("each failure is told under Activity, and no name, password or key is stored", async () => {
  const anna = await newUser();
  await submit(anna, guess("sam.broker", "a-wrong-horse"));
  await submit(anna, { access_token: "a-wrong-key" });
  const { activityOf } = await import("@/lib/accounts/audit");
  const { activities } = await activityOf(anna.user, { before: null, limit: 10 });
  expect(activities).toMatchObject([
    { what: "paste_keys.refused", by: "user", connection: "spark-oauth2-private" },
    { what: "type_password.refused", by: "user", connection: "spark-oauth2-private" },
  ]);
  const stored = JSON.stringify(
    [await memory.client.auditEvent.findMany(), await memory.client.verificationToken.findMany()],
    (_, value) => (typeof value === "bigint" ? String(value) : value),
  );
  expect(stored).not.toMatch(/sam\.broker|a-wrong/);
});

import { NextRequest } from "next/server";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { expiredLink, rotatingVariables } from "@/lib/accounts/testing";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { memoryDatabase } from "@/lib/db/testing";
import { Jar } from "../testing";

/** A portal that sends a member who said no back without an error, RFC 6749 section 4.1.2.1 or not. */

const at = vi.hoisted(() => ({ client: null as unknown, jar: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} })); // which wants the whole of React
vi.mock("next/headers", () => ({
  cookies: async () => at.jar,
  headers: async () => new Headers({ host: "localhost:3000", "x-forwarded-proto": "http" }),
}));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeAll(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
  const variables = {
    ...rotatingVariables("http://localhost:9"), // where no server is
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "client",
    MLSCONNECT_CLIENT_SECRET: "client-secret",
    MLSCONNECT_CALLBACK: "shared",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await memory.close();
});

/** A browser that has a user signed in and has left for a portal; resolves to the flow's state. */
async function leave(id: string) {
  const jar = new Jar();
  at.jar = jar;
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { startFlow } = await import("./start");
  const { sessionCookie } = await import("../session/session");
  const link = await memory.client.account.findUniqueOrThrow({
    where: { id: await expiredLink(memory.client) },
  });
  const [token, expires] = [crypto.randomUUID(), new Date(Date.now() + 60_000)];
  const row = { sessionToken: sha256(token), userId: link.userId, expires };
  await memory.client.session.create({ data: row });
  jar.set(sessionCookie(token, expires));
  const connection = findConnection(id);
  if (!connection) throw new Error(`There is no ${id}`);
  const address = await startFlow(connection, "link", "/dashboard");
  return new URL(address).searchParams.get("state") ?? "";
}

async function comeBack(portal: string, query: string) {
  const { sharedCallback } = await import("./handlers");
  const url = `http://localhost:3000/users/auth/${portal}/callback${query}`;
  const request = new NextRequest(url, { headers: { cookie: (at.jar as Jar).header() } });
  return (await sharedCallback(request, portal)).headers.get("location") ?? "";
}

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));

test.each(["error=access_denied&", "", "code=&error=&", "code=&"])(
  "OLX's %sstate=… is a no, and ends the flow",
  async (said) => {
    const state = await leave("olx-otodom");
    const page = await comeBack("olx", `?${said}state=${state}`);
    expect(page).toContain("problem=access_denied&connection=olx-otodom&mode=link");
  },
);

test.each(["", "?", "?code=&state=", "?error=access_denied", "?error=access_denied&state="])(
  "OLX's %j is a no that names OLX, and ends no flow",
  async (query) => {
    const state = await leave("olx-otodom");
    expect(await comeBack("olx", query)).toContain("problem=access_denied&connection=olx&");
    expect(await comeBack("olx", `?state=${state}`)).toContain("connection=olx-otodom&mode=link");
  },
);

test("a code without a flow is no no", async () => {
  await leave("olx-otodom");
  expect(await comeBack("olx", "?code=c")).toContain("problem=state_missing&connection=olx&");
});

test("where silence is not documented to be a no, it is none", async () => {
  const state = await leave("mlsconnect-federia");
  expect(await comeBack("mlsconnect", "")).toContain("problem=state_missing&connection=mlsconnect");
  const page = await comeBack("mlsconnect", `?state=${state}`);
  expect(page).toContain("problem=answer_malformed&connection=mlsconnect-federia");
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { memoryDatabase } from "@/lib/db/testing";
import { beginProcess } from "@/lib/process/testing";
import { sessionCookieName } from "../session/session";
import { Jar } from "../testing";

/** What a signed-in user can have portals asked by pressing buttons. */

const at = vi.hoisted(() => ({ client: null as unknown, jar: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} })); // which wants the whole of React
vi.mock("next/headers", () => ({
  cookies: async () => at.jar,
  headers: async () => new Headers(),
}));

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // hundreds of flows, also on a busy machine

let asked = 0;
const portal = createServer((request, response) => {
  asked += 1;
  if (request.url?.includes("/oauth/request_token")) {
    response.end("oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true");
  } else response.end(JSON.stringify({ D: { Success: true, Results: [{ Id: "1" }] } }));
});

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] }); // however slow the machine is, it is one moment
  vi.resetModules(); // settings and connections are read once
  vi.spyOn(console, "error").mockImplementation(() => {});
  memory = await memoryDatabase();
  at.client = memory.client;
  asked = 0;
  await new Promise<void>((resolve) => portal.listen(0, "localhost", resolve));
  const { port } = portal.address() as AddressInfo;
  const variables = {
    PORTAL_SIMULATOR: `http://localhost:${port}`,
    IMMOSCOUT24_CLIENT_ID: "client",
    IMMOSCOUT24_CLIENT_SECRET: "client-secret",
    SPARK_CLIENT_ID: "client",
    SPARK_CLIENT_SECRET: "client-secret",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  beginProcess();
  await new Promise((resolve) => portal.close(resolve));
  await memory.close();
});

/** Signs a user in, in a browser of their own. */
async function signedIn() {
  const { liveSession } = await import("../session/session");
  const { id: userId } = await memory.client.user.create({ data: {} });
  const token = crypto.randomUUID();
  const expires = new Date(Date.now() + 3_600_000);
  const row = { sessionToken: sha256(token), userId, expires };
  await memory.client.session.create({ data: row });
  const browser = new Jar();
  browser.set(sessionCookieName(), token);
  at.jar = browser;
  const session = await liveSession(token, new Date());
  if (!session) throw new Error("no session");
  return session;
}

type Session = Awaited<ReturnType<typeof signedIn>>;

async function beginLink() {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { startFlow } = await import("./start");
  const connection = findConnection("immoscout24");
  if (!connection) throw new Error("no connection");
  return startFlow(connection, "link", "/dashboard");
}

async function pasteKey(session: Session) {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { linkWithTokens } = await import("./direct-link");
  const connection = findConnection("spark");
  if (!connection) throw new Error("no connection");
  return linkWithTokens({ session, connection, fields: { access_token: "key" } });
}

const isTooMany = (page: string) => page.startsWith("/dashboard?problem=too_many_requests");

test("a hundred links begun in a minute are sixty requests at the portal, and the page says why", async () => {
  await signedIn();
  const pages: string[] = [];
  for (let n = 0; n < 100; n += 1) pages.push(await beginLink());
  expect(asked).toBe(60);
  expect(pages.filter(isTooMany)).toHaveLength(40);
  expect(pages.at(-1)).toBe(
    "/dashboard?problem=too_many_requests&connection=immoscout24&mode=link",
  );
  await signedIn(); // another user
  expect(isTooMany(await beginLink())).toBe(false);
});

test("checks, links and pasted keys of a user are counted together, for a minute", async () => {
  const session = await signedIn();
  const { checkHere } = await import("../pages/link-changes");
  const pages: string[] = [];
  for (let n = 0; n < 25; n += 1) {
    pages.push(
      await beginLink(),
      await pasteKey(session),
      await checkHere(session, null, "dashboard"),
    );
  }
  expect(pages.slice(0, 60).filter(isTooMany)).toEqual([]);
  expect(pages.slice(60).filter((page) => !isTooMany(page))).toEqual([]);
  vi.advanceTimersByTime(61_000);
  expect(isTooMany(await beginLink())).toBe(false);
});

test("a hundred presses of the button that checks a link are sixty requests at most", async () => {
  const session = await signedIn();
  await pasteKey(session);
  const { checkHere } = await import("../pages/link-changes");
  const [link] = await memory.client.account.findMany({ select: { id: true } });
  asked = 0;
  const pages: string[] = [];
  for (let n = 0; n < 100; n += 1) pages.push(await checkHere(session, link?.id ?? "", "link"));
  expect(asked).toBeGreaterThan(50);
  expect(asked).toBeLessThanOrEqual(60);
  const refused = `/dashboard/links/${link?.id}?problem=too_many_requests`;
  expect(new Set(pages.slice(60))).toEqual(new Set([refused]));
});

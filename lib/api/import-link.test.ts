import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { adverts, rotatingVariables } from "@/lib/accounts/testing";
import { memoryDatabase } from "@/lib/db/testing";
import { ask, endProcess, goodLink, keyFor } from "./testing";

/** Tokens that a client already has become links of its users. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const BOARD = "mlsconnect-federia";
const SITE = "olx-otodom";

/** Two portals in one: a board that names its members, and a site that does not; both refuse a refresh token that comes twice. */
async function twoPortals() {
  const portal = {
    url: "",
    /** By access token; the member's id at the board. */
    alive: new Map<string, string>(),
    /** By refresh token. */
    good: new Map<string, string>(),
    spent: [] as string[],
    asked: 0,
    /** Instead of answering. */
    fault: null as null | { path: RegExp; status: number | "hangs_up"; afterwards?: boolean },
    close: () => void server.close(),
  };
  const server = createServer(async (request, response) => {
    portal.asked += 1;
    let text = "";
    for await (const chunk of request) text += chunk;
    const { url = "", headers } = request;
    const fault = portal.fault?.path.test(url) ? portal.fault : null;
    const fail = () => {
      portal.fault = null;
      if (fault?.status === "hangs_up") return void request.socket.destroy();
      const status = fault?.status ?? 500;
      response.writeHead(status, status === 429 ? { "retry-after": "7" } : {}).end("{}");
    };
    if (fault && !fault.afterwards) return fail();
    const json = (status: number, body: object) => {
      if (fault) return fail();
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (url.endsWith("/token")) {
      const { refresh_token } = JSON.parse(text);
      const member = portal.good.get(refresh_token);
      portal.spent.push(refresh_token);
      if (member === undefined) return json(400, { error: "invalid_grant" });
      portal.good.delete(refresh_token);
      const next = `${refresh_token}+`;
      portal.good.set(next, member);
      portal.alive.set(`access of ${next}`.replaceAll(" ", "-"), member);
      return json(200, {
        access_token: `access-of-${next}`,
        refresh_token: next,
        token_type: "Bearer",
        expires_in: 3600,
      });
    }
    const member = portal.alive.get((headers.authorization ?? "").replace(/^Bearer /, ""));
    if (member === undefined) return json(401, { error: "invalid_token" });
    json(200, url.includes("/advert") ? JSON.parse(adverts) : { id: member, name: member });
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  portal.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return portal;
}

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof twoPortals>>;
let key: string;
const logged: string[] = [];

beforeEach(async () => {
  portal = await twoPortals();
  const variables = {
    ...rotatingVariables(portal.url),
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "mls-client",
    MLSCONNECT_CLIENT_SECRET: "mls-client-secret",
    MLSCONNECT_AUTHORIZATION_URL: `${portal.url}/authorize`,
    MLSCONNECT_TOKEN_URL: `${portal.url}/token`,
    MLSCONNECT_MEMBER_URL: `${portal.url}/me`,
    MLSCONNECT_API_URL: portal.url,
    MLSCONNECT_REVOCATION_URL: `${portal.url}/revoke`,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
  logged.length = 0;
  vi.spyOn(console, "log").mockImplementation((line) => void logged.push(String(line)));
  vi.spyOn(console, "error").mockImplementation((line) => void logged.push(String(line)));
  for (const id of ["acme", "beta"]) {
    await memory.client.client.create({ data: { id, name: `${id} CRM`, returnUrls: [] } });
  }
  key = await clientKey("acme");
});

afterEach(async () => {
  await endProcess();
  vi.restoreAllMocks();
  portal.close();
  await memory.close();
});

const clientKey = (client: string, more = {}) =>
  keyFor({ client, calls: ["links", "token", "import", "unlink", "events"], ...more });

type Tokens = Record<string, string | null | undefined>;

function importing(
  connection: string,
  tokens: Tokens,
  { by = key, user = "agent-1", ...more }: { by?: string; user?: string; label?: string } = {},
) {
  const body = { user: { external_id: user, name: "Anna" }, connection, tokens, ...more };
  return ask("importLink", {}, { key: by, body });
}

/** As if the time of a lease were over. */
const leaseOver = () => memory.client.tokenImport.updateMany({ data: { leaseUntil: new Date(0) } });

const count = async () => ({
  links: await memory.client.account.count(),
  grants: await memory.client.grant.count(),
  begun: await memory.client.tokenImport.count(),
});

test("tokens that work become a link, named by the portal's own member", async () => {
  portal.alive.set("a1", "anna");
  const { status, body } = await importing(
    BOARD,
    { access_token: "a1" },
    { label: "Federia, city" },
  );
  expect([status, body]).toMatchObject([
    201,
    {
      external_id: "agent-1",
      user: null,
      connection: BOARD,
      label: "Federia, city",
      member: { id: "anna", name: "anna" },
      status: { state: "connected" },
      refresh_token_spent: false,
    },
  ]);
  const token = await ask("token", { id: body.id }, { key });
  expect(token.body.token.access_token).toBe("a1");
  const { events } = (await ask("events", {}, { key })).body;
  expect(events.map((each: { type: string }) => each.type)).toEqual(["link.created"]);
  const where = { accountId: body.id, action: { in: ["import", "grant"] } };
  const recorded = await memory.client.auditEvent.findMany({ where, orderBy: { id: "asc" } });
  expect(recorded.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
    "import succeeded",
    "grant given",
  ]);
});

test("an access token that has ended is renewed, once, and the answer says so", async () => {
  portal.good.set("r1", "olga");
  const tokens = { access_token: "gone", refresh_token: "r1" };
  const { status, body } = await importing(SITE, tokens);
  expect([status, body.refresh_token_spent, portal.spent]).toEqual([201, true, ["r1"]]);
  const token = await ask("token", { id: body.id }, { key });
  expect(token.body.token.access_token).toBe("access-of-r1+");
  expect((await count()).begun).toBe(0);
  for (const again of [
    tokens,
    { access_token: "access-of-r1+" },
    { access_token: "x", refresh_token: "r1" },
  ]) {
    const { status, body: other } = await importing(SITE, again);
    expect([status, other.code, other.link]).toEqual([409, "already_linked", body.id]);
  }
  expect(portal.spent).toEqual(["r1"]); // the portal would have ended all of it
});

test("a moment that is over is believed: the portal is not shown what has ended", async () => {
  portal.alive.set("a1", "olga");
  portal.good.set("r1", "olga");
  const tokens = {
    access_token: "a1",
    refresh_token: "r1",
    expires_at: "2020-01-01T00:00:00+01:00",
  };
  const { status, body } = await importing(SITE, tokens);
  expect([status, body.refresh_token_spent, portal.asked]).toEqual([201, true, 2]);
});

test("the same again is already linked; for another user or client it is told what may be told", async () => {
  portal.alive.set("a1", "anna").set("a2", "anna");
  const first = await importing(BOARD, { access_token: "a1" });
  const asked = portal.asked;
  for (const [more, code] of [
    [{}, "already_linked"],
    [{ user: "agent-2" }, "linked_for_another"],
    [{ by: await clientKey("beta") }, "member_linked_elsewhere"],
  ] as const) {
    for (const token of ["a1", "a2"]) {
      const { status, body } = await importing(BOARD, { access_token: token }, more);
      expect([token, status, body.code]).toEqual([token, 409, code]);
      expect(body.link).toBe(code === "already_linked" ? first.body.id : undefined);
    }
  }
  expect(portal.asked).toBe(asked + 3); // what is known by its hash is not shown to the portal
  expect(await count()).toEqual({ links: 1, grants: 1, begun: 0 });
});

test("a token that was vended is known again where the portal names no member", async () => {
  portal.good.set("r1", "olga");
  const { body } = await importing(SITE, { access_token: "gone", refresh_token: "r1" });
  await memory.client.account.updateMany({ data: { expires_at: 1 } });
  const token = (await ask("token", { id: body.id }, { key })).body.token.access_token;
  expect(token).toBe("access-of-r1++");
  const { body: again } = await importing(SITE, { access_token: token });
  expect([again.code, again.link]).toEqual(["already_linked", body.id]);
});

test("a link that a member has made here is not taken, and gets what its refresh token was spent for", async () => {
  const other = await goodLink(memory.client, BOARD, { providerAccountId: "anna" });
  portal.good.set("r9", "anna");
  const { status, body } = await importing(BOARD, { access_token: "gone", refresh_token: "r9" });
  expect([status, body.code, body.refresh_token_spent]).toEqual([
    409,
    "member_linked_elsewhere",
    true,
  ]);
  const { openColumn } = await import("@/lib/accounts/tokens/link-tokens");
  const link = await memory.client.account.findUniqueOrThrow({ where: { id: other.id } });
  expect([await openColumn(link, "access_token"), link.userId]).toEqual([
    "access-of-r9+",
    other.user,
  ]);
  expect(await count()).toEqual({ links: 1, grants: 0, begun: 0 });
});

test("what the portal does not accept leaves nothing behind", async () => {
  for (const tokens of [
    { access_token: "gone" },
    { access_token: "gone", refresh_token: "gone-too" },
  ]) {
    const { status, body } = await importing(SITE, tokens);
    expect([status, body.code, body.refresh_token_spent]).toEqual([
      409,
      "refused_by_the_portal",
      false,
    ]);
  }
  expect(await count()).toEqual({ links: 0, grants: 0, begun: 0 });
  expect(await memory.client.clientUser.count()).toBe(0);
});

test("a portal in trouble is asked later, and nothing is known until then", async () => {
  portal.alive.set("a1", "olga");
  portal.fault = { path: /advert/, status: 429 };
  const { status, body, headers } = await importing(SITE, { access_token: "a1" });
  expect([status, body.code]).toEqual([503, "portal_unavailable"]);
  expect(Number(headers.get("retry-after"))).toBe(body.retry_after);
  expect(await count()).toEqual({ links: 0, grants: 0, begun: 0 });
  await memory.client.portalTrouble.deleteMany();
});

test("an answer to a refresh that is lost is no end: the same again tries once more", async () => {
  portal.good.set("r1", "olga");
  portal.fault = { path: /token/, status: "hangs_up" }; // before it is read
  const tokens = { access_token: "gone", refresh_token: "r1" };
  const lost = await importing(SITE, tokens);
  expect([lost.status, (await count()).begun]).toEqual([503, 1]);
  const { status, body } = await importing(SITE, tokens);
  expect([status, body.refresh_token_spent]).toEqual([201, true]);
  expect(portal.spent).toEqual(["r1"]);
});

test("what was sent twice without an answer is not sent a third time", async () => {
  portal.good.set("r1", "olga");
  const tokens = { access_token: "gone", refresh_token: "r1" };
  for (const status of [503, 409]) {
    portal.fault = { path: /token/, status: "hangs_up" };
    const answer = await importing(SITE, tokens);
    expect([answer.status, answer.body.reason]).toEqual([
      status,
      status === 409 ? "answer_lost" : expect.any(String),
    ]);
    await leaseOver();
  }
  expect((await count()).begun).toBe(0);
});

test("two clients with one pair: one has the link, the other is told", async () => {
  portal.alive.set("a1", "olga");
  const keys = [key, await clientKey("beta")];
  const both = await Promise.all(keys.map((by) => importing(SITE, { access_token: "a1" }, { by })));
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  expect((await count()).links).toBe(1);
});

test("a user who is erased leaves no import behind", async () => {
  portal.good.set("r1", "anna");
  portal.fault = { path: /me$/, status: 503 };
  const tokens = { access_token: "gone", refresh_token: "r1", expires_at: "2020-01-01T00:00:00Z" };
  await importing(BOARD, tokens);
  const eraser = await clientKey("acme", { calls: ["erase"] });
  await ask("eraseUser", { id: "agent-1" }, { key: eraser });
  expect([(await count()).begun, await memory.client.revocation.count()]).toEqual([0, 1]);
});

test("what has come in place of a refresh token is kept, and the same again goes on with it", async () => {
  portal.good.set("r1", "olga");
  portal.fault = { path: /advert/, status: 503 };
  const tokens = { access_token: "gone", refresh_token: "r1", expires_at: "2020-01-01T00:00:00Z" };
  expect((await importing(SITE, tokens)).status).toBe(503);
  expect(await count()).toEqual({ links: 0, grants: 0, begun: 1 });
  await memory.client.portalTrouble.deleteMany();
  const { status, body } = await importing(SITE, tokens);
  expect([status, body.refresh_token_spent, portal.spent]).toEqual([201, true, ["r1"]]);
  expect((await count()).begun).toBe(0);
});

test("two at once are one link", async () => {
  portal.alive.set("a1", "anna").set("a2", "olga");
  for (const [connection, access_token] of [
    [BOARD, "a1"],
    [SITE, "a2"],
  ] as const) {
    const both = await Promise.all([1, 2, 3].map(() => importing(connection, { access_token })));
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
  }
  expect(await count()).toEqual({ links: 2, grants: 2, begun: 0 });
});

test("a member's first sign-in takes an imported link to a user of their own: it was no way in", async () => {
  portal.alive.set("a1", "anna");
  await importing(BOARD, { access_token: "a1" });
  const { ofClient } = await memory.client.user.findFirstOrThrow();
  expect(ofClient).toBe(true);
});

test("what is asked for is checked, and no token is repeated", async () => {
  const good = { access_token: "secret-a1" };
  for (const [connection, tokens, more, pointer] of [
    ["nowhere", good, {}, "#/connection"],
    [BOARD, {}, {}, "#/tokens/access_token"],
    [BOARD, { access_token: "" }, {}, "#/tokens/access_token"],
    [BOARD, { access_token: "secret a b" }, {}, "#/tokens/access_token"],
    [BOARD, { ...good, token_secret: "secret-s" }, {}, "#/tokens/token_secret"],
    [BOARD, { ...good, expires_at: "tomorrow" }, {}, "#/tokens/expires_at"],
    [BOARD, { ...good, expires_at: "2026-11-29T09:00:00" }, {}, "#/tokens/expires_at"],
    [BOARD, { ...good, more: "1" }, {}, "#/tokens/more"],
    [BOARD, good, { label: "" }, "#/label"],
    [BOARD, good, { user: "a b" }, "#/user/external_id"],
  ] as const) {
    const { status, body } = await importing(connection, tokens, more);
    expect([tokens, status, body.errors?.[0].pointer]).toEqual([tokens, 400, pointer]);
    expect(JSON.stringify(body)).not.toMatch(/secret[- ][as]/);
  }
  const restricted = await clientKey("acme", { connections: [SITE] });
  expect((await importing(BOARD, good, { by: restricted })).status).toBe(400);
  expect((await importing(BOARD, good, { by: await keyFor() })).status).toBe(403);
  expect(portal.asked).toBe(0);
});

test("tokens are in no log", async () => {
  portal.good.set("secret-r", "olga");
  await importing(SITE, { access_token: "secret-a", refresh_token: "secret-r" });
  await importing(SITE, { access_token: "secret-b", refresh_token: "secret-q" });
  expect(logged.join("\n")).not.toContain("secret-");
  const rows = JSON.stringify([
    await memory.client.account.findMany(),
    await memory.client.heldToken.findMany(),
    await memory.client.auditEvent.findMany().then((all) => all.map(({ id: _, ...row }) => row)),
  ]);
  expect(rows).not.toContain("secret-");
});

test("tokens of an import that is never sent again are given back after a week, where tokens stand alone", async () => {
  const { dropOldImports } = await import("@/lib/accounts/imports/spent");
  portal.good.set("r1", "anna");
  portal.fault = { path: /me$/, status: 503 };
  const tokens = { access_token: "gone", refresh_token: "r1", expires_at: "2020-01-01T00:00:00Z" };
  await importing(BOARD, tokens);
  expect([await dropOldImports(), (await count()).begun]).toEqual([0, 1]);
  await memory.client.tokenImport.updateMany({ data: { createdAt: new Date(0) } });
  expect([await dropOldImports(), (await count()).begun]).toEqual([1, 0]);
  expect(await memory.client.revocation.count()).toBe(1);
});

import { createHash, randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Kept, NotKept } from "@/lib/accounts/connect/keep";
import { granted, rotatingPortal } from "@/lib/accounts/testing";
import { memoryDatabase } from "@/lib/db/testing";
import { apiVariables, ask, endProcess, goodLink, keyFor } from "./testing";

/** Connect sessions from end to end, but for the portals' own pages: what a client begins, what comes back, and what becomes active. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;
let key: string;

beforeEach(async () => {
  portal = await rotatingPortal();
  const variables = {
    ...apiVariables(portal.url),
    MLSCONNECT_REVOCATION_URL: "http://localhost:1/revoke",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
  vi.spyOn(console, "log").mockImplementation(() => {});
  const returnUrls = ["https://crm.example/portals", "https://crm.example/other"];
  for (const id of ["acme", "beta"])
    await memory.client.client.create({ data: { id, name: `${id} CRM`, returnUrls } });
  key = await clientKey("acme");
});

afterEach(async () => {
  await endProcess();
  vi.restoreAllMocks();
  portal.close();
  await memory.close();
});

const clientKey = (client: string, more = {}) =>
  keyFor({ client, calls: ["links", "token", "connect", "unlink", "erase"], ...more });

const VERIFIER = "v".repeat(43);
const challenge = createHash("sha256").update(VERIFIER).digest("base64url");
const return_url = "https://crm.example/portals";
const user = { external_id: "agent-1", name: "Anna Peeters", email: "anna@example.com" };
const BOARD = "mlsconnect-federia";

async function begin(more: object = {}, by = key) {
  const wish = { user, connections: [BOARD], return_url, ...more };
  const { status, body } = await ask("createSession", {}, { key: by, body: wish });
  expect([status, body.errors]).toEqual([201, undefined]);
  const secret = String(body.url).split("/").at(-1) ?? "";
  return { id: body.id as string, secret, browser: randomUUID() as string };
}
type Begun = Awaited<ReturnType<typeof begin>>;

/** As if the person had pressed and come back from a portal as this member; null where the portal names none. */
async function comeBack(
  { id, browser }: Begun,
  member: string | null,
  connectionId = BOARD,
): Promise<Kept | NotKept> {
  const { press } = await import("@/lib/accounts/connect/browser");
  const { keep } = await import("@/lib/accounts/connect/keep");
  const { findConnection } = await import("@/lib/conversation/configuration");
  const connection = findConnection(connectionId);
  if (!connection) throw new Error(connectionId);
  await press(id, browser);
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 3_600_000);
  const shown = { name: member, email: null, image: null, agency: null, listings: null };
  return keep({
    ...{ connection, session: id, reference: "ref", now },
    member: { id: member, ...shown, details: {} },
    tokens: {
      accessToken: `access-${member}`,
      tokenSecret: null,
      refreshToken: "refresh-1",
      expiresAt,
      issuedAt: null,
      scope: "read",
    },
    alsoWrite: async () => [],
  });
}

async function goBack({ id, browser }: Begun) {
  const { goBack } = await import("@/lib/accounts/connect/browser");
  return goBack(id, browser);
}

const finish = (
  { id }: Pick<Begun, "id">,
  code: string | null | undefined,
  {
    by = key,
    external_id = "agent-1",
    ...more
  }: { by?: string; external_id?: string; verifier?: string } = {},
) => ask("finish", { id }, { key: by, body: { code: code ?? "none", external_id, ...more } });

const state = async ({ id }: Begun, by = key) => (await ask("session", { id }, { key: by })).body;
const linksOf = async (by = key) => (await ask("links", {}, { key: by })).body.links;
const queued = () => memory.client.revocation.findMany({ where: { outcome: null } });

test("a member who is new here becomes a link of the client's user, from finish on", async () => {
  const session = await begin({ challenge });
  expect(await state(session)).toMatchObject({ status: "open", waiting: [], links: [] });
  expect(await comeBack(session, "anna")).toEqual({ kind: "kept", isAll: true });
  expect(await state(session)).toMatchObject({
    status: "waiting",
    waiting: [{ connection: BOARD }],
    links: [],
  });
  expect([await linksOf(), await memory.client.account.count()]).toEqual([[], 0]);
  const way = await goBack(session);
  expect(way).toMatchObject({ returnUrl: return_url, status: "linked" });
  const { status, body } = await finish(session, way?.code, { verifier: VERIFIER });
  expect([status, body.links]).toMatchObject([
    200,
    [{ connection: BOARD, external_id: "agent-1", user: null, member: { id: "anna" } }],
  ]);
  expect(await linksOf()).toEqual(body.links);
  expect(await state(session)).toMatchObject({
    status: "finished",
    links: body.links,
    waiting: [],
  });
  const token = await ask("token", { id: body.links[0].id }, { key });
  expect(token.body.token.access_token).toBe("access-anna");
  expect(await memory.client.user.findMany()).toMatchObject([{ name: "Anna Peeters" }]);
  expect(await memory.client.connectWaiting.count()).toBe(0);
  const again = await finish(session, way?.code, { verifier: VERIFIER });
  expect([again.status, again.body]).toEqual([200, body]);
});

test("a code or a verifier that is wrong changes nothing, and the fifth destroys", async () => {
  const session = await begin({ challenge });
  await comeBack(session, "anna");
  const code = (await goBack(session))?.code;
  for (const [tried, verifier] of [
    ["x", VERIFIER],
    [code, "w".repeat(43)],
    [code, undefined],
    ["", VERIFIER],
  ] as const) {
    const { status } = await finish(session, tried || "y", verifier ? { verifier } : {});
    expect(status).toBe(409);
    expect((await state(session)).status).toBe("waiting");
  }
  expect((await finish(session, "z")).status).toBe(409);
  expect((await state(session)).status).toBe("failed");
  expect((await finish(session, code, { verifier: VERIFIER })).status).toBe(409);
  expect([await linksOf(), (await queued()).length]).toEqual([[], 1]);
  expect(await memory.client.connectWaiting.count()).toBe(0);
});

test("the right code with another id destroys: someone else has come back", async () => {
  const session = await begin();
  await comeBack(session, "anna");
  const code = (await goBack(session))?.code;
  expect((await finish(session, code, { external_id: "agent-2" })).status).toBe(409);
  expect((await finish(session, code)).status).toBe(409);
  expect([await linksOf(), (await queued()).length]).toEqual([[], 1]);
  expect(await memory.client.clientUser.count()).toBe(0);
});

test("it destroys with any verifier: the one who has begun the session has the right one, and may read the code", async () => {
  for (const verifier of [{}, { verifier: "w".repeat(43) }, { verifier: VERIFIER }]) {
    const session = await begin({ challenge });
    await comeBack(session, "anna");
    const code = (await goBack(session))?.code;
    expect((await finish(session, code, { external_id: "agent-2", ...verifier })).status).toBe(409);
    expect((await state(session)).status).toBe("failed");
    expect((await finish(session, code, { verifier: VERIFIER })).status).toBe(409);
  }
  expect([await linksOf(), await memory.client.connectWaiting.count()]).toEqual([[], 0]);
});

test("another client finds no such session, and changes nothing", async () => {
  const session = await begin();
  await comeBack(session, "anna");
  const code = (await goBack(session))?.code;
  const beta = await clientKey("beta");
  expect((await ask("session", session, { key: beta })).status).toBe(404);
  expect((await finish(session, code, { by: beta })).status).toBe(404);
  expect((await finish(session, code)).status).toBe(200);
});

test("a newer way back has another code, and the older one is wrong", async () => {
  const session = await begin({ connections: [BOARD, "olx-otodom"] });
  expect(await comeBack(session, "anna")).toEqual({ kind: "kept", isAll: false });
  const first = (await goBack(session))?.code;
  await comeBack(session, null, "olx-otodom");
  const second = (await goBack(session))?.code;
  expect((await finish(session, first)).status).toBe(409);
  const { body } = await finish(session, second);
  expect(body.links.map(({ connection }: { connection: string }) => connection)).toEqual([
    BOARD,
    "olx-otodom",
  ]);
});

test("two finishes at once are one", async () => {
  const session = await begin();
  await comeBack(session, "anna");
  const code = (await goBack(session))?.code;
  const both = await Promise.all([finish(session, code), finish(session, code)]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  expect(await memory.client.account.count()).toBe(1);
});

test("too late destroys, and tokens that wait go back to the portal", async () => {
  const session = await begin();
  await comeBack(session, "anna");
  const code = (await goBack(session))?.code;
  await memory.client.connectSession.updateMany({
    data: { expiresAt: new Date(Date.now() - 60_000) },
  });
  expect(await state(session)).toMatchObject({ status: "expired", waiting: [] });
  expect((await finish(session, code)).status).toBe(409);
  expect([await linksOf(), (await queued()).length]).toEqual([[], 1]);
  expect(await comeBack(session, "anna")).toEqual({ kind: "session_over" });
});

test("the clock ends what no one finishes, tells the client, and forgets it a day later", async () => {
  const { endDueSessions } = await import("@/lib/accounts/connect/ends");
  const session = await begin();
  await comeBack(session, "anna");
  expect(await endDueSessions()).toBe(0);
  await memory.client.connectSession.updateMany({
    data: { expiresAt: new Date(Date.now() - 60_000) },
  });
  expect(await endDueSessions()).toBe(1);
  expect(await memory.client.revocation.count()).toBe(1);
  expect(await memory.client.event.findMany({ where: { reader: "acme" } })).toMatchObject([
    {
      type: "connect_session.ended",
      session: session.id,
      reason: "expired",
      externalId: "agent-1",
    },
  ]);
  const old = new Date(Date.now() - 25 * 3_600_000);
  await memory.client.connectSession.updateMany({ data: { expiresAt: old } });
  expect((await ask("session", session, { key })).status).toBe(404);
  await endDueSessions();
  expect(await memory.client.connectSession.count()).toBe(0);
});

test("who says no, or goes back without anything, has declined; after a fault it has failed", async () => {
  const { noteProblem } = await import("@/lib/accounts/connect/browser");
  const { press } = await import("@/lib/accounts/connect/browser");
  for (const [problem, status] of [
    [null, "declined"],
    ["access_denied", "declined"],
    ["timed_out", "failed"],
  ] as const) {
    const session = await begin();
    await press(session.id, session.browser);
    if (problem) await noteProblem(session.id, BOARD, problem);
    expect(await goBack(session)).toMatchObject({ status, code: null });
    expect((await state(session)).status).toBe(status);
    const problems = problem ? [{ connection: BOARD, problem }] : [];
    expect((await state(session)).problems).toEqual(problems);
  }
});

test("the first press gives the session to its browser", async () => {
  const { press } = await import("@/lib/accounts/connect/browser");
  const session = await begin();
  expect(await press(session.id, "one")).toBe("pressed");
  expect(await press(session.id, "one")).toBe("pressed");
  expect(await press(session.id, "two")).toBe("elsewhere");
  expect(await goBack({ ...session, browser: "two" })).toBeNull();
});

test("a member who has a link here keeps it: new tokens at once, and a grant from finish on", async () => {
  const link = await goodLink(memory.client, BOARD, { providerAccountId: "anna" });
  const session = await begin();
  expect(await comeBack(session, "anna")).toMatchObject({ kind: "kept" });
  expect(await memory.client.account.findFirst()).toMatchObject({
    userId: link.user,
    generation: 2,
  });
  expect(await linksOf()).toEqual([]);
  expect(await memory.client.connectWaiting.findFirst()).toMatchObject({
    columns: null,
    kid: null,
  });
  const { body } = await finish(session, (await goBack(session))?.code);
  expect(body.links).toMatchObject([{ id: link.id, external_id: "agent-1" }]);
  expect(await memory.client.account.findFirst()).toMatchObject({ userId: link.user });
});

test("a link that a client may use for another of its users is not shared, and loses nothing", async () => {
  const link = await goodLink(memory.client, BOARD, { providerAccountId: "anna" });
  await granted(memory.client, { clientId: "acme", externalId: "agent-2", link: link.id });
  const session = await begin();
  expect(await comeBack(session, "anna")).toEqual({ kind: "linked_for_another" });
  expect(await memory.client.account.findFirst()).toMatchObject({ generation: 2 });
  expect(await state(session)).toMatchObject({ status: "started", waiting: [] });
  expect(await linksOf()).toMatchObject([{ external_id: "agent-2" }]);
});

test("to reconnect takes the same member, and a grant that is still there", async () => {
  const link = await goodLink(memory.client, BOARD, { providerAccountId: "anna" });
  await granted(memory.client, { clientId: "acme", externalId: "agent-1", link: link.id });
  const reconnect = { link: link.id, connections: undefined };
  const other = await ask(
    "createSession",
    {},
    {
      key,
      body: { user: { external_id: "agent-2" }, link: link.id, return_url },
    },
  );
  expect(other.status).toBe(404);
  const session = await begin(reconnect);
  expect(await comeBack(session, "bram")).toEqual({ kind: "other_login" });
  expect((await queued()).length).toBe(1);
  expect(await comeBack(session, "anna")).toMatchObject({ kind: "kept" });
  const code = (await goBack(session))?.code;
  expect((await finish(session, code)).body.links).toMatchObject([{ id: link.id }]);

  const late = await begin(reconnect);
  await comeBack(late, "anna");
  const lateCode = (await goBack(late))?.code;
  await memory.client.grant.deleteMany();
  expect((await finish(late, lateCode)).status).toBe(409);
  expect(await linksOf()).toEqual([]);
});

test("where the portal names no member a reconnected link gets its tokens at finish, and each session is a link of its own", async () => {
  const first = await begin({ connections: ["olx-otodom"] });
  await comeBack(first, null, "olx-otodom");
  const { body } = await finish(first, (await goBack(first))?.code);
  const second = await begin({ connections: ["olx-otodom"] });
  await comeBack(second, null, "olx-otodom");
  await finish(second, (await goBack(second))?.code);
  expect(await linksOf()).toHaveLength(2);

  const [{ id }] = body.links;
  const again = await begin({ link: id, connections: undefined });
  await comeBack(again, null, "olx-otodom");
  expect(await memory.client.account.findUnique({ where: { id } })).toMatchObject({
    generation: 1,
  });
  await finish(again, (await goBack(again))?.code);
  expect(await memory.client.account.findUnique({ where: { id } })).toMatchObject({
    generation: 2,
  });
  expect(await linksOf()).toHaveLength(2);
});

test("what a session asks for is checked", async () => {
  const link = await goodLink(memory.client, BOARD);
  await granted(memory.client, { clientId: "acme", externalId: "agent-1", link: link.id });
  for (const [more, pointer] of [
    [{ return_url: "https://crm.example/portals/" }, "#/return_url"],
    [{ return_url: "https://crm.example.evil.example/portals" }, "#/return_url"],
    [{ return_url: "http://crm.example/portals" }, "#/return_url"],
    [{ return_url: "https://a:b@crm.example/portals" }, "#/return_url"],
    [{ return_url: "https://crm.example/portals#x" }, "#/return_url"],
    [{ return_url: "https://crm.example/portals?code=1" }, "#/return_url"],
    [{ return_url: "https://crm.example/portals/../x" }, "#/return_url"],
    [{ return_url: "javascript:alert(1)" }, "#/return_url"],
    [{ connections: ["unknown"] }, "#/connections/0"],
    [{ connections: [] }, "#/connections"],
    [{ connections: [BOARD], link: link.id }, "#/connections"],
    [{ user: {} }, "#/user/external_id"],
    [{ user: { external_id: "a b" } }, "#/user/external_id"],
    [{ challenge: "short" }, "#/challenge"],
    [{ expires_in: 59 }, "#/expires_in"],
    [{ expires_in: 1_801 }, "#/expires_in"],
    [{ more: 1 }, "#/more"],
  ] as const) {
    const body = { user, return_url, ...more };
    const answer = await ask("createSession", {}, { key, body });
    expect([more, answer.status, answer.body.errors?.[0].pointer]).toEqual([more, 400, pointer]);
  }
  const { body } = await ask(
    "createSession",
    {},
    {
      key,
      body: { user, return_url: `${return_url}?status=1`, connections: [] },
    },
  );
  expect(body.errors).toEqual([{ pointer: "#/connections", detail: "must not be empty" }]);
  const taken = await ask(
    "createSession",
    {},
    {
      key,
      body: { user, return_url: `${return_url}?status=1` },
    },
  );
  expect(taken.body.errors?.[0].detail).toContain('must not have "status"');
  await begin({ return_url: "https://crm.example/portals?tab=2&x=%20", language: "pl" });
  await begin({ connections: null, link: null, language: null, challenge: null, expires_in: null });
});

test("an erased user's sessions go, with what waits in them", async () => {
  const session = await begin();
  await comeBack(session, "anna");
  const { status, body } = await ask("eraseUser", { id: "agent-1" }, { key });
  const pending = { link: null, connection: BOARD, upstream: { outcome: "pending" } };
  expect([status, body]).toMatchObject([200, { links: [pending], final: false }]);
  expect([await memory.client.connectSession.count(), (await queued()).length]).toEqual([0, 1]);
});

test("tokens that wait are encrypted anew with the others", async () => {
  const session = await begin();
  await comeBack(session, "anna");
  const { rotateKeys } = await import("@/lib/accounts/tokens/rotation");
  const { Vault } = await import("@/lib/accounts/tokens/vault");
  const { settings } = await import("@/lib/env");
  const newest = { kid: "k9", key: new Uint8Array(32).fill(9) };
  const vault = new Vault([newest, ...settings().tokenKeys]);
  const kids = ["k9", ...settings().tokenKeys.map(({ kid }) => kid)];
  await rotateKeys({ vault, kids, dryRun: false, reference: "ref" });
  expect(await memory.client.connectWaiting.findFirst()).toMatchObject({ kid: "k9" });
});

/** As if a member had signed in here through the board. */
async function signIn(member: string) {
  const { complete } = await import("@/lib/accounts/linking/complete");
  const { findConnection } = await import("@/lib/conversation/configuration");
  const connection = findConnection(BOARD);
  if (!connection) throw new Error(BOARD);
  const shown = { name: member, email: null, image: null, agency: null, listings: null };
  const none = { tokenSecret: null, refreshToken: null, expiresAt: null, scope: null };
  const completion = await complete({
    ...{ connection, key: member, owner: null, oldSession: null, reference: randomUUID() },
    expected: { who: "first" },
    member: { id: member, ...shown, details: {} },
    tokens: { accessToken: `newer-${member}`, ...none, issuedAt: null },
    now: new Date(),
    alsoWrite: async () => [],
  });
  if (completion.kind !== "done") throw new Error(completion.kind);
  return completion;
}

async function linked(member: string, more = {}) {
  const session = await begin(more);
  await comeBack(session, member);
  const { body } = await finish(session, (await goBack(session))?.code);
  return body.links[0].id as string;
}

test("a member who first signs in takes their own link along, and none of another member's", async () => {
  const [anna, bram] = [await linked("anna"), await linked("bram")];
  const { userId: brought } = await memory.client.account.findUniqueOrThrow({
    where: { id: bram },
  });
  await signIn("anna");
  const rows = await memory.client.account.findMany({ select: { id: true, userId: true } });
  const owner = new Map(rows.map(({ id, userId }) => [id, userId]));
  expect(owner.get(bram)).toBe(brought);
  expect(owner.get(anna)).not.toBe(brought);
  expect(await linksOf()).toHaveLength(2); // the grants stay
});

test("nor does it after their client has forgotten the user, and another may use the links", async () => {
  const [anna, bram] = [await linked("anna"), await linked("bram")];
  for (const link of [anna, bram])
    await granted(memory.client, { clientId: "beta", externalId: "7", link });
  await ask("eraseUser", { id: "agent-1" }, { key });
  const { userId } = await memory.client.account.findUniqueOrThrow({ where: { id: bram } });
  expect(await memory.client.user.findUnique({ where: { id: userId } })).toMatchObject({
    name: null,
    email: null,
  });
  await signIn("anna");
  expect(await memory.client.account.findUnique({ where: { id: anna } })).not.toMatchObject({
    userId,
  });
  const beta = await clientKey("beta");
  expect((await ask("unlink", { id: bram }, { key: beta })).body).toMatchObject({ unlinked: true });
});

test("a link that a session has made is no way in: an operator's key may unlink it", async () => {
  const id = await linked("anna");
  const operator = await keyFor({ calls: ["unlink"] });
  const { status, body } = await ask("unlink", { id }, { key: operator });
  expect([status, body]).toMatchObject([200, { grant_ended: true, unlinked: true }]);
});

test("what waits does not replace tokens that a link has had since, and is given back", async () => {
  const session = await begin();
  await comeBack(session, "anna");
  await signIn("anna");
  const { body } = await finish(session, (await goBack(session))?.code);
  expect(body.links).toHaveLength(1);
  const { body: vended } = await ask("token", { id: body.links[0].id }, { key });
  expect(vended.token.access_token).toBe("newer-anna");
});

test("that a renewed link waits to be granted keeps no permission alive that is to end", async () => {
  vi.stubEnv("SPARK_CLIENT_ID", "spark");
  const link = await goodLink(memory.client, BOARD, { providerAccountId: "anna" });
  const session = await begin();
  await comeBack(session, "anna");
  const { deleteAccount } = await import("@/lib/accounts/links/unlink");
  await deleteAccount({ id: link.user }, "ref");
  expect(await memory.client.connectWaiting.count()).toBe(0);
  const waiting = await memory.client.revocation.findMany({ where: { accountId: link.id } });
  expect(waiting.length).toBeGreaterThan(0);
  const { body } = await finish(session, (await goBack(session))?.code);
  expect(body.links).toEqual([]);
});

test("two sessions of one user that are finished at once give them one user here", async () => {
  const [one, two] = [await begin(), await begin({ connections: ["mlsconnect-caraibes"] })];
  await comeBack(one, "anna");
  await comeBack(two, "anna", "mlsconnect-caraibes");
  const codes = [(await goBack(one))?.code, (await goBack(two))?.code];
  await Promise.all([finish(one, codes[0]), finish(two, codes[1])]);
  expect(await memory.client.user.count({ where: { ofClient: true } })).toBe(1);
  expect(await linksOf()).toHaveLength(2);
});

test("how sessions end is on record, with the client", async () => {
  const session = await begin();
  await comeBack(session, "anna");
  await finish(session, (await goBack(session))?.code, { external_id: "agent-2" });
  await linked("anna");
  const events = await memory.client.auditEvent.findMany({ where: { action: "connect_session" } });
  expect(events).toMatchObject([
    { outcome: "failed", clientId: "acme", actor: expect.stringMatching(/^key:/) },
    { outcome: "finished", clientId: "acme" },
  ]);
});

test("an operator who erases a client's user ends what was begun for them", async () => {
  const id = await linked("anna");
  const session = await begin();
  await comeBack(session, "bram");
  const { userId } = await memory.client.account.findUniqueOrThrow({ where: { id } });
  const { eraseUser } = await import("@/lib/accounts/people/erasure");
  await eraseUser(userId, "erasure", 0);
  expect(await memory.client.connectSession.count({ where: { status: "waiting" } })).toBe(0);
  expect((await finish(session, "x")).status).toBe(404);
  expect(await linksOf()).toEqual([]);
});

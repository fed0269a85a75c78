import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { rotatingPortal } from "@/lib/accounts/testing";
import type { MemberTokens } from "@/lib/conversation/code-exchange";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { memoryDatabase, postgresDatabase, waitingIn } from "@/lib/db/testing";
import { loginKey } from "@/lib/portals/login";
import { apiVariables, ask, endProcess, keyFor } from "./testing";

/** Who comes in by the company login, what is kept of it, and what a client of the same company has to do with it. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const ISSUER = "https://login.acme.example";
const BOARD = "mlsconnect-federia";
const return_url = "https://crm.example/portals";

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;

beforeEach(async () => {
  portal = await rotatingPortal();
  memory = await memoryDatabase();
  keys = {};
  at.client = memory.client;
  vi.spyOn(console, "log").mockImplementation(() => {});
  for (const id of ["acme", "beta"])
    await memory.client.client.create({ data: { id, name: id, returnUrls: [return_url] } });
  await deploy();
});

afterEach(async () => {
  await endProcess();
  vi.restoreAllMocks();
  portal.close();
  await memory.close();
});

/** The deployment starts with these settings of its company login. */
async function deploy(more: Record<string, string> = {}) {
  const variables = {
    ...apiVariables(portal.url),
    COMPANY_LOGIN_ISSUER: ISSUER,
    COMPANY_LOGIN_CLIENT_ID: "portico",
    COMPANY_LOGIN_CLIENT_SECRET: "secret",
    COMPANY_LOGIN_CLIENT: "",
    ...more,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.resetModules();
  const { loginErrors } = await import("@/lib/accounts/linking/login-check");
  return loginErrors();
}

const withoutLogin = () =>
  deploy({
    COMPANY_LOGIN_ISSUER: "",
    COMPANY_LOGIN_CLIENT_ID: "",
    COMPANY_LOGIN_CLIENT_SECRET: "",
  });

const withClient = () => deploy({ COMPANY_LOGIN_CLIENT: "acme" });

async function connectionNamed(id: string) {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const connection = findConnection(id);
  if (!connection) throw new Error(id);
  return connection;
}

const tokens = {
  accessToken: "secret-access",
  tokenSecret: null,
  refreshToken: "secret-refresh",
  expiresAt: new Date(Date.now() + 3_600_000),
  issuedAt: null,
  scope: "openid profile",
};

function arrived(id: string, name = id): MemberTokens {
  const shown = { name, email: null, image: null, agency: null, listings: null };
  return { member: { id, ...shown, details: {} }, tokens };
}

/** Comes back from a portal; resolves to how it ends. */
async function comeBack(
  connectionId: string,
  member: MemberTokens,
  session: { hash: string; user: string } | null = null,
) {
  const { complete } = await import("@/lib/accounts/linking/complete");
  return complete({
    ...member,
    connection: await connectionNamed(connectionId),
    key: String(member.member.id),
    owner: session && { user: session.user, session: session.hash },
    expected: { who: "first" },
    oldSession: session?.hash ?? null,
    reference: randomUUID(),
    now: new Date(),
    alsoWrite: async () => [],
  });
}

/** Signs in by the company login; resolves to the session that this begins. */
async function signIn(sub: string, issuer = ISSUER) {
  return sessionOf(await comeBack("company", arrived(loginKey(issuer, sub), sub)));
}

/** Signs in at the board. */
async function signInAtBoard(member: string) {
  return sessionOf(await comeBack(BOARD, arrived(member)));
}

async function sessionOf(completion: Awaited<ReturnType<typeof comeBack>>) {
  if (completion.kind !== "done" || !completion.session) throw new Error(completion.kind);
  const { sha256 } = await import("@/lib/accounts/tokens/sha256");
  const { token, user } = completion.session;
  return { user, hash: sha256(token), link: completion.link };
}

const linkAtBoard = (member: string, session: { hash: string; user: string }) =>
  comeBack(BOARD, arrived(member), session);

/** Each client's own; a process takes few new ones in a second. */
let keys: Record<string, Promise<string>>;

/** A client's user links a member of the board in a connect session. */
async function linkAsClient(client: string, external_id: string, member: string) {
  const { key, finish } = await waitingAt(client, external_id, member);
  const { status, body } = await finish();
  expect(status).toBe(200);
  return { key, link: body.links[0].id as string };
}

/** The same, but for the client's last word. */
async function waitingAt(client: string, external_id: string, member: string) {
  keys[client] ??= keyFor({ client, calls: ["links", "connect", "erase", "token"] });
  const key = await keys[client];
  const user = { external_id, name: external_id };
  const wish = { user, connections: [BOARD], return_url };
  const { body: begun } = await ask("createSession", {}, { key, body: wish });
  const { goBack, press } = await import("@/lib/accounts/connect/browser");
  const { keep } = await import("@/lib/accounts/connect/keep");
  const browser = randomUUID();
  await press(begun.id, browser);
  const connection = await connectionNamed(BOARD);
  const about = { connection, session: begun.id, reference: "ref", now: new Date() };
  await keep({ ...about, ...arrived(member), alsoWrite: async () => [] });
  const way = await goBack(begun.id, browser);
  const body = { code: way?.code ?? "", external_id };
  const finish = () => ask("finish", { id: begun.id }, { key, body });
  return { key, session: begun.id as string, finish };
}

async function userOf(link: string) {
  const { userId } = await memory.client.account.findUniqueOrThrow({ where: { id: link } });
  return userId;
}

async function shownTo(user: string) {
  const { linkedPortals } = await import("@/lib/accounts/links/linked-portals");
  return (await linkedPortals({ id: user })).map(({ id }) => id);
}

test("of who signs in are kept an id that holds the issuer, and what a page shows; no token", async () => {
  const { user, link } = await signIn("anna");
  const row = await memory.client.account.findUniqueOrThrow({ where: { id: link } });
  expect(row).toMatchObject({
    userId: user,
    type: "oidc",
    provider: "company",
    providerAccountId: `${ISSUER} anna`,
    access_token: null,
    refresh_token: null,
    oauth_token_secret: null,
    id_token: null,
    kid: null,
    scope: null,
    expires_at: null,
    tokensAt: null,
    checkedAt: null,
    checkOutcome: null,
  });
  expect(JSON.stringify(row)).not.toMatch(/secret-(access|refresh)/);
  const again = await signIn("anna");
  expect([again.user, again.link]).toEqual([user, link]);
  const { access_token, kid } = await memory.client.account.findFirstOrThrow();
  expect([access_token, kid]).toEqual([null, null]);
});

test("it is no link: in no list, event or check, and no key can name it", async () => {
  const { user, link } = await signIn("anna");
  await signIn("anna");
  const key = await keyFor({ calls: ["links", "token", "headers", "unlink", "events"] });
  const method = { method: "GET", url: `${portal.url}/advert` };
  for (const [call, body] of [
    ["link", undefined],
    ["token", {}],
    ["headers", method],
    ["unlink", undefined],
  ] as const) {
    expect((await ask(call, { id: link }, { key, body })).status, call).toBe(404);
  }
  expect((await ask("links", {}, { key })).body.links).toEqual([]);
  expect((await ask("links", { query: "?connection=company" }, { key })).status).toBe(400);
  const { connections } = (await ask("connections", {}, { key })).body;
  expect(connections.map(({ id }: { id: string }) => id)).not.toContain("company");
  expect(await memory.client.event.count()).toBe(0);
  expect(await shownTo(user)).toEqual([]);

  const { checkDueLinks, countDueLinks } = await import("@/lib/accounts/checks/run");
  const { checkLinksOf } = await import("@/lib/accounts/checks/check");
  const { lookAtDue } = await import("@/lib/accounts/watch/look");
  const before = new Date(Date.now() + 60_000);
  expect(await countDueLinks({ before })).toBe(0);
  const checked: string[] = [];
  const onCheck = ({ link: id }: { link: string }) => void checked.push(id);
  await checkDueLinks({ before, limit: null, perSecond: null, atOnce: null, onCheck });
  await checkLinksOf({ id: user }, null);
  await checkLinksOf({ id: user }, link);
  await lookAtDue();
  expect(checked).toEqual([]);
  expect(portal.reads).toEqual([]);
  expect(await memory.client.event.count()).toBe(0);
  const row = await memory.client.account.findUniqueOrThrow({ where: { id: link } });
  expect(row).toMatchObject({ checkedAt: null, checkOutcome: null, toldBroken: false });
});

test("a connect session offers it to no client, and takes it from none", async () => {
  const key = await keyFor({ client: "acme", calls: ["connect"] });
  const user = { external_id: "anna" };
  const named = { user, return_url, connections: ["company"] };
  expect((await ask("createSession", {}, { key, body: named })).status).toBe(400);
  await ask("createSession", {}, { key, body: { user, return_url } });
  const session = await memory.client.connectSession.findFirstOrThrow();
  expect(session.connections).toContain(BOARD);
  expect(session.connections).not.toContain("company");
});

test("it is a way in: the only other one can then be unlinked, and itself it cannot be", async () => {
  const anna = await signIn("anna");
  const linked = await linkAtBoard("anna-at-board", anna);
  if (linked.kind !== "done") throw new Error(linked.kind);
  const { unlink } = await import("@/lib/accounts/links/unlink");
  const { loginsOf } = await import("@/lib/accounts/links/logins");
  const user = { id: anna.user };
  expect(await loginsOf(user)).toEqual([{ connection: "company", name: "Company login" }]);
  expect(await unlink(user, anna.link, "ref")).toEqual({ kind: "absent" });
  expect(await unlink(user, linked.link, "ref")).toMatchObject({ kind: "unlinked" });
  expect(await memory.client.account.count()).toBe(1);
});

test("it goes with its user, of whom an export has all but the tokens that there are none of", async () => {
  const { user, link } = await signIn("anna");
  const { exportUser } = await import("@/lib/accounts/people/export");
  const exported = await exportUser(user, new Date());
  expect(exported?.links).toMatchObject([
    { id: link, provider: "company", providerAccountId: `${ISSUER} anna` },
  ]);
  const { eraseUser, receiptOf } = await import("@/lib/accounts/people/erasure");
  expect(await eraseUser(user, "erasure", 0)).toBe(true);
  expect([await memory.client.account.count(), await memory.client.user.count()]).toEqual([0, 0]);
  const receipt = await receiptOf(user, new Date());
  expect(receipt).toMatchObject({
    final: true,
    links: [{ link, connection: "company", upstream: { outcome: "not_needed" } }],
  });
  expect(await memory.client.event.count()).toBe(0);
});

test("keys are rotated, and links moved, past what has no tokens", async () => {
  await signIn("anna");
  const { rotateKeys } = await import("@/lib/accounts/tokens/rotation");
  const { vault } = await import("@/lib/accounts/tokens/vault");
  const { keyErrors } = await import("@/lib/accounts/tokens/key-check");
  const options = { vault: vault(), kids: [vault().kid], dryRun: false, reference: "ref" };
  expect(await rotateKeys(options)).toMatchObject({ rotated: 0, unreadable: [] });
  expect(await keyErrors(vault())).toEqual([]);
});

test("a flow to it never links: who is signed in is not asked about", async () => {
  const { connectionFrom } = await import("@/lib/auth/pages/form");
  const form = new FormData();
  form.set("connection", "company");
  expect(connectionFrom(form, "link")).toBeNull();
  expect(connectionFrom(form, "signin")?.id).toBe("company");
});

// Attacks: who may be taken for whom.

test("without the setting, a client's user of the same id is another person, however they come", async () => {
  const victim = await signIn("agent-7");
  const { link } = await linkAsClient("acme", "agent-7", "attacker-at-board");
  expect(await userOf(link)).not.toBe(victim.user);
  expect(await shownTo(victim.user)).toEqual([]);
  const again = await signIn("agent-7");
  expect(again.user).toBe(victim.user);
  expect(await shownTo(again.user)).toEqual([]);

  const other = await linkAsClient("acme", "agent-8", "other-at-board");
  const late = await signIn("agent-8");
  expect(late.user).not.toBe(await userOf(other.link));
  expect(await shownTo(late.user)).toEqual([]);
});

test("with the setting they are one user, in whichever order they come", async () => {
  expect(await withClient()).toEqual([]);
  const first = await linkAsClient("acme", "agent-7", "anna-at-board");
  const anna = await signIn("agent-7");
  expect(anna.user).toBe(await userOf(first.link));
  expect(await shownTo(anna.user)).toEqual([first.link]);

  const bea = await signIn("agent-8");
  const second = await linkAsClient("acme", "agent-8", "bea-at-board");
  expect(await userOf(second.link)).toBe(bea.user);
  expect(await memory.client.user.count()).toBe(2);
});

test.each(["sign in", "link"])(
  "two users that there were before the setting become one at the next: %s",
  async (next) => {
    const before = await signIn("agent-7");
    const own = await linkAtBoard("anna-own", before);
    const { link } = await linkAsClient("acme", "agent-7", "anna-at-board");
    const clients = await userOf(link);
    if (own.kind !== "done") throw new Error(own.kind);
    await withClient();
    if (next === "sign in") await signIn("agent-7");
    else await linkAsClient("acme", "agent-7", "anna-again");
    expect(await memory.client.user.findMany()).toMatchObject([{ id: clients, ofClient: true }]);
    expect(await userOf(own.link)).toBe(clients);
    expect(await shownTo(clients)).toEqual(expect.arrayContaining([own.link, link]));
    const ended = await memory.client.session.count({ where: { userId: before.user } });
    expect(ended).toBe(0);
    const moved = { userId: before.user, action: "moved_away" };
    expect(await memory.client.auditEvent.count({ where: moved })).toBe(2);
  },
);

test.each(["sign in", "link"])(
  "a session that a planted login has begun does not see what the client links later: %s",
  async (next) => {
    const anna = await signIn("agent-7");
    await linkAtBoard("attacker-at-board", anna);
    const attacker = await signInAtBoard("attacker-at-board");
    expect(attacker.user).toBe(anna.user);
    await withClient();
    if (next === "sign in") await signIn("agent-7");
    else await linkAsClient("acme", "agent-7", "anna-at-board");
    const sessionToken = attacker.hash;
    expect(await memory.client.session.findUnique({ where: { sessionToken } })).toBeNull();
    expect((await signInAtBoard("attacker-at-board")).user).not.toBe(anna.user);
  },
);

test("who was made one user stays it without the setting, and is not moved by signing in", async () => {
  await withClient();
  const { link } = await linkAsClient("acme", "agent-7", "anna-at-board");
  const anna = await signIn("agent-7");
  await deploy();
  const again = await signIn("agent-7");
  expect([again.user, again.link]).toEqual([anna.user, anna.link]);
  expect(await shownTo(again.user)).toEqual([link]);
  expect(await memory.client.auditEvent.count({ where: { action: "moved_away" } })).toBe(0);
});

test("a login that tells no name takes away none that is known", async () => {
  await withClient();
  await linkAsClient("acme", "agent-7", "anna-at-board");
  const { member, ...rest } = arrived(loginKey(ISSUER, "agent-7"));
  const shown = async () => (await memory.client.user.findFirstOrThrow()).name;
  await comeBack("company", { ...rest, member: { ...member, name: null } });
  expect(await shown()).toBe("agent-7");
  await comeBack("company", { ...rest, member: { ...member, name: "Anna Peeters" } });
  expect(await shown()).toBe("Anna Peeters");
  await comeBack("company", { ...rest, member: { ...member, name: null } });
  expect(await shown()).toBe("Anna Peeters");
});

test("the setting is about its own client alone", async () => {
  await withClient();
  const anna = await signIn("agent-7");
  const { link } = await linkAsClient("beta", "agent-7", "attacker-at-board");
  expect(await userOf(link)).not.toBe(anna.user);
});

test("a login that was linked into another's session inherits nothing when its member signs in", async () => {
  await withClient();
  const anna = await signIn("agent-7");
  const own = await linkAtBoard("anna-own", anna);
  const { link } = await linkAsClient("acme", "agent-7", "attacker-at-board");
  const attacker = await signInAtBoard("attacker-at-board");
  expect(attacker.user).not.toBe(anna.user);
  expect(await shownTo(attacker.user)).toEqual([link]);
  expect(own.kind === "done" && (await shownTo(anna.user))).toEqual([
    own.kind === "done" && own.link,
  ]);
  expect((await signIn("agent-7")).user).toBe(anna.user);
  expect(await memory.client.grant.count({ where: { accountId: link } })).toBe(1);
});

test("a client that lets go of its user takes nothing from who can sign in", async () => {
  await withClient();
  const { key, link } = await linkAsClient("acme", "agent-7", "anna-at-board");
  const anna = await signIn("agent-7");
  expect((await ask("eraseUser", { id: "agent-7" }, { key })).status).toBe(200);
  expect(await memory.client.user.findMany()).toMatchObject([{ id: anna.user, name: "agent-7" }]);
  expect(await shownTo(anna.user)).toEqual([link]);
  expect((await signIn("agent-7")).user).toBe(anna.user);
});

test("but their sessions end: the client may mean that the person has left", async () => {
  await withClient();
  const { key } = await linkAsClient("acme", "agent-7", "anna-at-board");
  const anna = await signIn("agent-7");
  const bea = await signIn("agent-8");
  await ask("eraseUser", { id: "agent-7" }, { key });
  expect(await memory.client.session.findMany()).toMatchObject([{ userId: bea.user }]);
  expect((await signIn("agent-7")).user).toBe(anna.user);
});

test("the client's receipt says that the person stays who signs in by themselves, and no other's does", async () => {
  await withClient();
  const { key } = await linkAsClient("acme", "agent-7", "anna-at-board");
  await linkAsClient("acme", "agent-8", "bea-at-board");
  await signIn("agent-7");
  const stays = { what: "the user", rows: 3, why: expect.stringContaining("company login") };
  const anna = await ask("eraseUser", { id: "agent-7" }, { key });
  expect(anna.body).toMatchObject({ links: [], final: true });
  expect(anna.body.kept).toContainEqual(stays);
  const bea = await ask("eraseUser", { id: "agent-8" }, { key });
  expect(bea.body.kept.map(({ what }: { what: string }) => what)).not.toContain("the user");
});

test("who is no client's user any more and has no link of that time comes in by later links", async () => {
  await withClient();
  const anna = await signIn("agent-7");
  const key = await keyFor({ client: "acme", calls: ["erase"] });
  await ask("eraseUser", { id: "agent-7" }, { key });
  await deploy();
  await linkAtBoard("anna-at-board", await signIn("agent-7"));
  expect((await signInAtBoard("anna-at-board")).user).toBe(anna.user);
});

test("a link of that time is no way in: its member may be another", async () => {
  await withClient();
  const anna = await signIn("agent-7");
  const { key } = await linkAsClient("acme", "agent-7", "attacker-at-board");
  await ask("eraseUser", { id: "agent-7" }, { key });
  await deploy();
  expect((await signInAtBoard("attacker-at-board")).user).not.toBe(anna.user);
});

test("nor while the company login is not set up", async () => {
  await withClient();
  const anna = await signIn("agent-7");
  const own = await linkAtBoard("anna-own", anna);
  const { key, link } = await linkAsClient("acme", "agent-7", "anna-at-board");
  await withoutLogin();
  expect((await ask("eraseUser", { id: "agent-7" }, { key })).status).toBe(200);
  expect(await memory.client.user.findMany()).toMatchObject([{ id: anna.user, name: "agent-7" }]);
  expect(await shownTo(anna.user)).toEqual([own.kind === "done" && own.link, link]);
  await withClient();
  expect((await signIn("agent-7")).user).toBe(anna.user);
});

test("nor does one that lets go of a single link", async () => {
  await withClient();
  const { link } = await linkAsClient("acme", "agent-7", "anna-at-board");
  const key = await keyFor({ client: "acme", calls: ["unlink"] });
  const anna = await signIn("agent-7");
  await withoutLogin();
  const { body } = await ask("unlink", { id: link }, { key });
  expect(body).toMatchObject({ grant_ended: true, unlinked: false });
  expect(await shownTo(anna.user)).toEqual([link]);
});

test("who deletes their account is not known by the client's name for them either", async () => {
  await withClient();
  await linkAsClient("acme", "agent-7", "anna-at-board");
  const anna = await signIn("agent-7");
  const { deleteAccount } = await import("@/lib/accounts/links/unlink");
  await deleteAccount({ id: anna.user }, "ref");
  expect([await memory.client.user.count(), await memory.client.clientUser.count()]).toEqual([
    0, 0,
  ]);
});

test.each(["agent 7", "agent/7", "Ägent", "x".repeat(256), "agent\t7", "{agent}"])(
  "with the setting, a sub that can be no id of a client's user is refused: %j",
  async (sub) => {
    await withClient();
    const ended = await comeBack("company", arrived(loginKey(ISSUER, sub)));
    expect(ended).toEqual({ kind: "unfit_id" });
    expect(await memory.client.user.count()).toBe(0);
  },
);

test("without it such a sub signs in as any other", async () => {
  await expect(signIn("agent 7")).resolves.toBeTruthy();
});

/** All at once, again and again: people who are new here, and people who are two users until then. */
async function allAtOnce(rounds: number) {
  for (let round = 0; round < rounds; round += 1) {
    const [fresh, double] = [`new-${round}`, `double-${round}`];
    await deploy();
    await signIn(double);
    await linkAsClient("acme", double, `${double}-at-board`);
    await withClient();
    await Promise.all([
      signIn(fresh),
      linkAsClient("acme", fresh, `${fresh}-at-board`),
      signIn(fresh),
      signIn(double),
      linkAsClient("acme", double, `${double}-again`),
      signIn(double),
    ]);
  }
}

test("two sign-ins and a session that ends at once make one user", async () => {
  await allAtOnce(1);
  expect(await memory.client.user.count()).toBe(2);
});

/** On a server transactions really meet. Null where there is none. */
async function onServer() {
  const opened = await postgresDatabase();
  if (!opened) return null;
  onTestFinished(() => opened.close());
  at.client = opened.client;
  for (const id of ["acme", "beta"])
    await opened.client.client.create({ data: { id, name: id, returnUrls: [return_url] } });
  return opened.client;
}

const LONG = { timeout: 30_000 };

/** Until so many transactions wait for another. */
const waiting = (client: Parameters<typeof waitingIn>[0], count: number) =>
  vi.waitFor(async () => expect(await waitingIn(client)).toBe(count), { timeout: 5_000 });

test("the same on a server, where they really meet", async ({ skip }) => {
  const client = await onServer();
  if (!client) return skip(NO_POSTGRESQL);
  await allAtOnce(8);
  expect(await client.user.count()).toBe(16);
  expect(await client.account.count({ where: { provider: "company" } })).toBe(16);
}, 60_000);

test("a link that is made while its user deletes the account goes with it, and is told of", async ({
  skip,
}) => {
  const client = await onServer();
  if (!client) return skip(NO_POSTGRESQL);
  await withClient();
  const anna = await signIn("agent-7");
  const { finish } = await waitingAt("acme", "agent-7", "anna-at-board");
  const { deleteAccount } = await import("@/lib/accounts/links/unlink");
  const held = await client.$transaction(async (tx) => {
    await tx.connectWaiting.updateMany({ data: { member: "anna-at-board" } }); // who takes it has to wait
    const finishing = finish();
    await waiting(client, 1);
    const deleting = deleteAccount({ id: anna.user }, "ref");
    await waiting(client, 2);
    return [finishing, deleting] as const;
  }, LONG);
  const [finished] = await Promise.all(held);
  expect(finished.status).toBe(200);
  const [{ id: accountId }] = finished.body.links;
  const told = { reader: "acme", type: "link.removed" };
  expect(await client.account.count()).toBe(0);
  expect(await client.auditEvent.count({ where: { accountId, action: "unlink" } })).toBe(1);
  expect(await client.event.count({ where: { ...told, accountId } })).toBe(1);
}, 60_000);

test("a client that lets go of its user lets go of what came while it waited", async ({ skip }) => {
  const client = await onServer();
  if (!client) return skip(NO_POSTGRESQL);
  const key = await keyFor({ client: "acme", calls: ["erase"] });
  const clientUser = { clientId: "acme", externalId: "agent-7" };
  await client.clientUser.create({ data: clientUser });
  const erasing = await client.$transaction(async (tx) => {
    await tx.clientUser.updateMany({ where: clientUser, data: clientUser });
    const erased = ask("eraseUser", { id: "agent-7" }, { key });
    await waiting(client, 1);
    const { id: userId } = await tx.user.create({ data: { ofClient: true } });
    await tx.clientUser.updateMany({ where: clientUser, data: { userId } });
    const link = { type: "oauth", provider: BOARD, environment: "production", member: {} };
    const accountId = (
      await tx.account.create({ data: { ...link, userId, providerAccountId: "anna" } })
    ).id;
    await tx.grant.create({ data: { ...clientUser, accountId } });
    return [erased] as const;
  }, LONG);
  const { status, body } = await erasing[0];
  expect([status, body.links.length]).toEqual([200, 1]);
  expect([await client.account.count(), await client.user.count()]).toEqual([0, 0]);
}, 60_000);

test("a user who has become another's is not reported as deleted or erased", async () => {
  const before = await signIn("agent-7");
  await linkAsClient("acme", "agent-7", "anna-at-board");
  await withClient();
  await signIn("agent-7");
  const { deleteAccount } = await import("@/lib/accounts/links/unlink");
  const { eraseUser } = await import("@/lib/accounts/people/erasure");
  expect(await deleteAccount({ id: before.user }, "ref")).toBeNull();
  expect(await eraseUser(before.user, "erasure", 0)).toBe(false);
  expect(await memory.client.account.count()).toBe(2);
});

test("nor is one who goes while the erasure waits", async ({ skip }) => {
  const client = await onServer();
  if (!client) return skip(NO_POSTGRESQL);
  const { user: id } = await signIn("agent-7");
  const { eraseUser } = await import("@/lib/accounts/people/erasure");
  const erasing = await client.$transaction(async (tx) => {
    await tx.user.delete({ where: { id } });
    const erased = eraseUser(id, "erasure", 0);
    await waiting(client, 1);
    return [erased] as const;
  }, LONG);
  expect(await erasing[0]).toBe(false);
}, 60_000);

test("a person who signs in or links while their user goes is never told of an error", async ({
  skip,
}) => {
  const client = await onServer();
  if (!client) return skip(NO_POSTGRESQL);
  const said: unknown[] = [];
  for (let round = 0; round < 12; round += 1) {
    const id = `agent-${round}`;
    await deploy();
    const before = await signIn(id);
    await linkAsClient("acme", id, `${id}-at-board`);
    await withClient();
    const { deleteAccount } = await import("@/lib/accounts/links/unlink");
    const { eraseUser } = await import("@/lib/accounts/people/erasure");
    const { key, finish } = await waitingAt("acme", id, `${id}-again`);
    const ended = await Promise.allSettled([
      signIn(id),
      finish(),
      deleteAccount({ id: before.user }, "ref"),
      signIn(id),
      ask("eraseUser", { id }, { key }),
      eraseUser(before.user, "erasure", 0),
    ]);
    const [, finished, , , erased] = ended;
    said.push(...ended.flatMap((each) => (each.status === "rejected" ? [each.reason] : [])));
    if (finished.status === "fulfilled") expect([200, 404, 409]).toContain(finished.value.status);
    if (erased.status === "fulfilled") expect([200, 404]).toContain(erased.value.status);
  }
  expect(said).toEqual([]);
}, 120_000);

// The start.

test("another issuer stops the start while people are here who came in by the first", async () => {
  const { user } = await signIn("anna");
  const other = { COMPANY_LOGIN_ISSUER: "https://login.acme.example.attacker.example" };
  expect(await deploy(other)).toEqual([
    `COMPANY_LOGIN_ISSUER is ${other.COMPANY_LOGIN_ISSUER}, but people have come in by ${ISSUER}: put that one back, or remove those users first (npm run erase-user). There is one: ${user}.`,
  ]);
  const anna = await signIn("anna", other.COMPANY_LOGIN_ISSUER);
  expect(await memory.client.user.count()).toBe(2); // and even then no person is taken for another
  await memory.client.user.deleteMany({ where: { NOT: { id: anna.user } } });
  expect(await deploy(other)).toEqual([]);
});

test("of many such users the first are named, by whom it is put right", async () => {
  const users: string[] = [];
  for (const sub of ["a", "b", "c", "d", "e", "f", "g"]) users.push((await signIn(sub)).user);
  const [sentence = ""] = await deploy({ COMPANY_LOGIN_ISSUER: "https://other.example" });
  expect(sentence).toContain(` There are 7, first of them ${users.slice(0, 5).join(", ")}.`);
});

test("a client is bound to the issuer by which the first of its people has come in", async () => {
  await withClient();
  await signIn("anna");
  const other = { COMPANY_LOGIN_ISSUER: "https://other.example", COMPANY_LOGIN_CLIENT: "acme" };
  expect(await deploy(other)).toContain(
    `COMPANY_LOGIN_CLIENT is acme, whose users are those of ${ISSUER}, and COMPANY_LOGIN_ISSUER is https://other.example: put that one back, or name another client.`,
  );
  const { link } = await linkAsClient("acme", "bea", "bea-at-board");
  const bea = await signIn("bea", other.COMPANY_LOGIN_ISSUER);
  expect(bea.user).not.toBe(await userOf(link)); // and even then no id of theirs is one of the client's
  await memory.client.user.deleteMany();
  expect(await deploy(other)).toEqual([]);
});

test("a client's name that is mistyped stops the start", async () => {
  expect(await deploy({ COMPANY_LOGIN_CLIENT: "gamma" })).toEqual([
    "COMPANY_LOGIN_CLIENT is gamma, and there is no such client: make it first (npm run clients), or remove the setting.",
  ]);
});

test("an issuer mistyped by a slash can be put right", async () => {
  const mistyped = { COMPANY_LOGIN_ISSUER: `${ISSUER}/`, COMPANY_LOGIN_CLIENT: "acme" };
  expect(await deploy(mistyped)).toEqual([]);
  expect(await withClient()).toEqual([]);
});

test("a start that is refused binds nothing", async () => {
  await signIn("anna");
  const wrong = { COMPANY_LOGIN_ISSUER: "https://wrong.example", COMPANY_LOGIN_CLIENT: "acme" };
  expect(await deploy(wrong)).toHaveLength(1);
  expect(await withClient()).toEqual([]);
});

test("a client that was bound to an issuer by which no one has come in is free", async () => {
  const data = { loginIssuer: `${ISSUER}/` };
  await memory.client.client.update({ where: { id: "acme" }, data });
  expect(await withClient()).toEqual([]);
  const { link } = await linkAsClient("acme", "agent-7", "anna-at-board");
  expect((await signIn("agent-7")).user).toBe(await userOf(link));
  expect(await memory.client.client.findUnique({ where: { id: "acme" } })).toMatchObject({
    loginIssuer: ISSUER,
  });
});

import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { memoryDatabase, postgresDatabase, waitingIn } from "@/lib/db/testing";
import { rested, rotatingPortal, rotatingVariables } from "../testing";
import { tokenColumns } from "../tokens/vault";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

/** Long enough for a busy machine. */
const WAIT = { timeout: 10_000 };

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof revokingPortal>>;

/** A Spark and a board, as much of them as takes tokens back. */
async function revokingPortal() {
  const portal = {
    url: "",
    /** "DELETE access-1", "revoke refresh-1", "refresh refresh-1". */
    asked: [] as string[],
    down: false,
    /** Access tokens that have ended. */
    expired: new Set<string>(),
    /** Tokens that the revocation endpoint refuses with 400. */
    unknown: new Set<string>(),
    /** Statuses of the ways, 200 unless told. */
    deletes: 200,
    revokes: 200,
    refreshes: 200,
    uses: 200,
    retryAfter: "",
    revocationEndpoint: true,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const json = (response: ServerResponse, status: number, body: object) =>
    void response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify(body));
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (portal.down) return json(response, 503, {});
    const { method, url = "", headers } = request;
    const { url: issuer } = portal;
    if (url.startsWith("/.well-known")) {
      return json(response, 200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        ...(portal.revocationEndpoint && { revocation_endpoint: `${issuer}/revoke` }),
      });
    }
    if (method === "DELETE") {
      const token = url.split("/").at(-1) ?? "";
      portal.asked.push(`DELETE ${token} ${headers.authorization}`);
      if (portal.expired.has(token)) return json(response, 401, { D: { Code: 1020 } });
      const done = portal.deletes === 200;
      return json(response, portal.deletes, { D: done ? { Success: true } : { Code: 1000 } });
    }
    if (url === "/me") {
      const token = headers.authorization?.split(" ")[1] ?? "";
      portal.asked.push(`use ${token}`);
      if (portal.retryAfter) response.setHeader("retry-after", portal.retryAfter);
      const status = portal.expired.has(token) ? 401 : portal.uses;
      if (status === 401) response.setHeader("www-authenticate", 'Bearer error="invalid_token"');
      return json(response, status, status === 200 ? { id: "member-7" } : {});
    }
    if (url === "/revoke") {
      const token = new URLSearchParams(body).get("token") ?? "";
      portal.asked.push(`revoke ${token}`);
      if (portal.unknown.has(token)) return json(response, 400, { error: "invalid_token" });
      const done = portal.revokes === 200;
      return json(response, portal.revokes, done ? {} : { error: "unauthorized_client" });
    }
    portal.asked.push(`refresh ${JSON.parse(body).refresh_token}`);
    if (portal.refreshes !== 200)
      return json(response, portal.refreshes, { error: "invalid_grant" });
    return json(response, 200, { access_token: "access-2", refresh_token: "refresh-2" });
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  portal.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return portal;
}

beforeEach(async () => {
  portal = await revokingPortal();
  const { url } = portal;
  const variables = {
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "client",
    MLSCONNECT_CLIENT_SECRET: "client-secret",
    MLSCONNECT_TOKEN_URL: `${url}/token`,
    MLSCONNECT_MEMBER_URL: `${url}/me`,
    SPARK_CLIENT_ID: "client",
    SPARK_CLIENT_SECRET: "client-secret",
    SPARK_ISSUER: url,
    SPARK_API_URL: url,
    SPARK_OAUTH2_ROLES: "private idx",
    SPARK_OAUTH2_CLIENT_ID: "client",
    SPARK_OAUTH2_CLIENT_SECRET: "client-secret",
    SPARK_OAUTH2_API_URL: `${url}/`,
    SPARK_OAUTH2_TOKEN_URL: `${url}/token`,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.useRealTimers();
  portal.close();
  await memory.close();
});

type Client = Awaited<ReturnType<typeof memoryDatabase>>["client"];

/** A user with a link of these tokens, and another way in. */
async function linked(
  provider = "spark",
  more: Record<string, unknown> = {},
  client: Client = memory.client,
) {
  const user = await client.user.create({ data: {} });
  const create = async (connection: string, member: string, rest: object) => {
    const id = crypto.randomUUID();
    const tokens = {
      accessToken: "access-1",
      tokenSecret: null,
      refreshToken: "refresh-1",
      expiresAt: null,
      issuedAt: null,
      scope: null,
    };
    await client.account.create({
      data: {
        id,
        userId: user.id,
        type: provider === "spark" ? "oidc" : "oauth",
        provider: connection,
        providerAccountId: member,
        environment: "production",
        clientId: "client",
        member: {},
        ...(await tokenColumns(id, tokens)),
        ...rest,
      },
    });
    return id;
  };
  await create("mlsconnect-federia", crypto.randomUUID(), {});
  return { user, link: await create(provider, `member-of-${user.id}`, more) };
}

async function unlink(user: { id: string }, link: string) {
  const { unlink: remove } = await import("../links/unlink");
  const unlinked = await remove(user, link, "ref");
  return unlinked.kind === "unlinked" ? unlinked.revocation : null;
}

const soon = async (id: string | null) => (await import("./revocations")).revokeSoon([id]);
const due = async () => (await import("./revocations")).retryDue();
const recent = async (user: { id: string }) =>
  (await import("./revocations")).recentRevocations(user);
const rowOf = (id: string | null) =>
  memory.client.revocation.findUniqueOrThrow({ where: { id: id ?? "" } });
const dueNow = (id: string | null) =>
  memory.client.revocation.update({
    where: { id: id ?? "" },
    data: { nextTryAt: new Date(0), leaseUntil: null },
  });

const destroyed = { access_token: null, refresh_token: null, kid: null };

test("unlinking deletes the token at the portal that can do that, and destroys it here", async () => {
  const { user, link } = await linked();
  const id = await unlink(user, link);
  const queued = await rowOf(id);
  expect(queued.access_token).not.toContain("access-1");
  expect(queued).toMatchObject({ accountId: link, clientId: "client", outcome: null });
  await soon(id);
  expect(portal.asked).toEqual(["DELETE access-1 Bearer access-1"]);
  expect(await rowOf(id)).toMatchObject({ outcome: "revoked", ...destroyed });
  expect(await recent(user)).toMatchObject([{ link, connection: "spark", outcome: "revoked" }]);
  expect(await memory.client.auditEvent.findMany({ where: { action: "revoke" } })).toMatchObject([
    { outcome: "revoked", actor: "system", userId: user.id, accountId: link },
  ]);
});

test("a sealed token opens nowhere but in its own row and column", async () => {
  const { user, link } = await linked();
  const { access_token } = await memory.client.account.findUniqueOrThrow({ where: { id: link } });
  const { id, ...row } = await rowOf(await unlink(user, link));
  const { vault } = await import("../tokens/vault");
  const place = { revocationId: id, column: "access_token" } as const;
  expect(await vault().open(row.access_token ?? "", place)).toBe("access-1");
  const another = { revocationId: "another", column: "access_token" } as const;
  await expect(vault().open(row.access_token ?? "", another)).rejects.toThrow();
  await expect(vault().open(access_token ?? "", place)).rejects.toThrow();
});

test.each([404, 401, 403, 500])("a DELETE answered %i is followed by RFC 7009", async (status) => {
  const { user, link } = await linked();
  portal.deletes = status;
  const id = await unlink(user, link);
  await soon(id);
  expect(portal.asked.slice(1)).toEqual(["revoke refresh-1", "revoke access-1"]);
  expect(await rowOf(id)).toMatchObject({ outcome: "revoked" });
});

test("what is not there is gone where the issuer names no other way, and what is refused is refused", async () => {
  portal.revocationEndpoint = false;
  portal.deletes = 404;
  const one = await linked();
  const first = await unlink(one.user, one.link);
  await soon(first);
  portal.deletes = 403;
  const other = await linked();
  const second = await unlink(other.user, other.link);
  await soon(second);
  expect(await rowOf(first)).toMatchObject({ outcome: "revoked" });
  expect(await rowOf(second)).toMatchObject({ outcome: "refused" });
});

test("where one token ends the whole authorization, the other may be refused afterwards", async () => {
  portal.deletes = 404;
  portal.unknown.add("access-1");
  const { user, link } = await linked();
  const id = await unlink(user, link);
  await soon(id);
  expect(portal.asked.slice(1)).toEqual(["revoke refresh-1", "revoke access-1"]);
  expect(await rowOf(id)).toMatchObject({ outcome: "revoked", ...destroyed });
});

test("where there is only DELETE, a token that is not there is gone", async () => {
  portal.deletes = 404;
  const { user, link } = await linked("spark-oauth2-private");
  const id = await unlink(user, link);
  await soon(id);
  expect(await rowOf(id)).toMatchObject({ outcome: "revoked", ...destroyed });
});

test("where there is only DELETE, a token that has ended is refreshed first", async () => {
  portal.expired.add("access-1");
  const { user, link } = await linked("spark-oauth2-private");
  const id = await unlink(user, link);
  await soon(id);
  expect(portal.asked).toEqual([
    "DELETE access-1 OAuth access-1",
    "refresh refresh-1",
    "DELETE access-2 OAuth access-2",
  ]);
  expect(await rowOf(id)).toMatchObject({ outcome: "revoked", ...destroyed });
});

test("tokens that the portal knows neither of are refused, with its word, and destroyed", async () => {
  portal.expired.add("access-1");
  portal.refreshes = 400;
  const { user, link } = await linked("spark-oauth2-private");
  const id = await unlink(user, link);
  await soon(id);
  expect(await rowOf(id)).toMatchObject({
    outcome: "refused",
    reason: "invalid_grant",
    ...destroyed,
  });
});

test("a board is asked where a revocation address is set, and otherwise its member has to", async () => {
  const { removalAt } = await import("@/lib/conversation/revocability");
  expect(removalAt("mlsconnect-federia")).toMatchObject({ revokes: false, page: null });
  expect(removalAt("spark")).toMatchObject({
    revokes: true,
    page: `${portal.url}/openid/revoke`,
  });
  const { user, link } = await linked();
  await linked("spark");
  const board = await memory.client.account.findFirstOrThrow({
    where: { userId: user.id, id: { not: link } },
  });
  expect(await unlink(user, board.id)).toBeNull();

  vi.stubEnv("MLSCONNECT_REVOCATION_URL", `${portal.url}/revoke`);
  vi.resetModules();
  const again = await linked("mlsconnect-federia");
  const id = await unlink(again.user, again.link);
  await soon(id);
  expect(portal.asked).toEqual(["use access-1", "revoke refresh-1", "revoke access-1"]);
  expect(await rowOf(id)).toMatchObject({ outcome: "revoked" });
});

/** A board that takes back each token for itself. */
function atBoard() {
  vi.stubEnv("MLSCONNECT_REVOCATION_URL", `${portal.url}/revoke`);
  vi.resetModules();
  return linked("mlsconnect-federia");
}

test("a board would not take back what has ended: it is renewed, and the new one used, first", async () => {
  portal.expired.add("access-1");
  const { user, link } = await atBoard();
  const id = await unlink(user, link);
  await soon(id);
  expect(portal.asked).toEqual([
    "use access-1",
    "refresh refresh-1",
    "use access-2",
    "revoke refresh-2",
    "revoke access-2",
  ]);
  expect(await rowOf(id)).toMatchObject({ outcome: "revoked", ...destroyed });
});

test("what a board does not renew either is taken back as it is", async () => {
  portal.expired.add("access-1");
  portal.refreshes = 400;
  const { user, link } = await atBoard();
  const id = await unlink(user, link);
  await soon(id);
  expect(portal.asked.slice(-2)).toEqual(["revoke refresh-1", "revoke access-1"]);
  expect(await rowOf(id)).toMatchObject({ outcome: "revoked", ...destroyed });
});

test("a board that does not say whether a token lives is asked later, and in the end all the same", async () => {
  portal.uses = 503;
  const { user, link } = await atBoard();
  const { id: board } = await memory.client.account.findFirstOrThrow({
    where: { userId: user.id, id: { not: link } },
  });
  const id = await unlink(user, link);
  await soon(id);
  for (let tries = 1; tries < 6; tries += 1) {
    expect(await rowOf(id)).toMatchObject({ outcome: null, reason: "failing", tries });
    await rested(memory.client, board);
    await dueNow(id);
    await due();
  }
  expect(portal.asked.slice(-5)).toEqual([
    "use access-1",
    "refresh refresh-1",
    "use access-2",
    "revoke refresh-2",
    "revoke access-2",
  ]);
  expect(portal.asked.filter((each) => each.startsWith("revoke"))).toHaveLength(2);
  expect(await rowOf(id)).toMatchObject({ outcome: "revoked", ...destroyed });
});

test("a board that asks for time gets it", async () => {
  portal.uses = 429;
  portal.retryAfter = "3600";
  const { user, link } = await atBoard();
  const id = await unlink(user, link);
  await soon(id);
  const { nextTryAt, reason } = await rowOf(id);
  expect(reason).toBe("rate_limited");
  expect((nextTryAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(59 * 60 * 1000);
});

test("at a board another link of the same member lives on, unless it has the same token", async () => {
  const one = await atBoard();
  const same = await linked("mlsconnect-federia", { environment: "staging" });
  const other = await linked("mlsconnect-federia", { environment: "staging" });
  const tokens = { accessToken: "access-9", refreshToken: null, tokenSecret: null };
  const rest = { expiresAt: null, issuedAt: null, scope: null };
  const { access_token, refresh_token } = await tokenColumns(other.link, { ...tokens, ...rest });
  const { isInUse } = await import("./queue");
  const asked = { connection: "mlsconnect-federia", environment: "staging", clientId: "client" };
  await memory.client.account.update({
    where: { id: other.link },
    data: { access_token, refresh_token },
  });
  const held = { accessToken: "access-1", refreshToken: "refresh-1" };
  const inUse = ({ user }: { user: { id: string } }) =>
    isInUse(memory.client, { ...asked, member: `member-of-${user.id}` }, held);
  expect([await inUse(one), await inUse(same), await inUse(other)]).toEqual([false, true, false]);
});

test("tokens that a board has replaced are taken back after an hour, and not shown to the user", async () => {
  const { user, link } = await atBoard();
  const { queueReplaced, revocableColumns } = await import("./queue");
  const before = await memory.client.account.findUniqueOrThrow({
    where: { id: link },
    select: revocableColumns,
  });
  await memory.client.$transaction((tx) => queueReplaced(tx, before)); // the board gave the same ones
  expect(await memory.client.revocation.count()).toBe(0);

  const rest = { tokenSecret: null, expiresAt: null, issuedAt: null, scope: null };
  const tokens = { accessToken: "access-3", refreshToken: "refresh-3", ...rest };
  const data = await tokenColumns(link, tokens);
  await memory.client.account.update({ where: { id: link }, data });
  await memory.client.$transaction((tx) => queueReplaced(tx, before));
  const [queued] = await memory.client.revocation.findMany();
  expect((queued?.nextTryAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(59 * 60 * 1000);
  expect(await recent(user)).toEqual([]);
  expect(await due()).toBe(0);
  await dueNow(queued?.id ?? "");
  await due();
  expect(portal.asked).toEqual(["use access-1", "revoke refresh-1", "revoke access-1"]);
  expect(await rowOf(queued?.id ?? "")).toMatchObject({ outcome: "revoked" });
  const events = await memory.client.auditEvent.findMany({ where: { userId: user.id } });
  expect(events).toMatchObject([{ action: "revoke_unused", outcome: "revoked" }]); // "revoke" is of a link
});

test("a refresh that was overtaken gives its tokens back where each stands alone", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const { link } = await atBoard();
  const { readLink } = await import("../tokens/link-tokens");
  const { claimRefresh } = await import("../refresh/claim");
  const { recordRefresh } = await import("../refresh/record");
  const { importedTokens } = await import("@/lib/oauth/tokens");
  const row = await readLink(link);
  const claim = await claimRefresh({ id: link, generation: 1 }, "us");
  if (!row || !claim) throw new Error("not claimed");
  const overtaken = { leaseOwner: "another", generation: 2 };
  await memory.client.account.update({ where: { id: link }, data: overtaken });
  const response = {
    tokens: importedTokens("access-2", "refresh-2"),
    idToken: null,
    moreFields: {},
  };
  await recordRefresh(claim, row, { kind: "succeeded", response });
  const [queued] = await memory.client.revocation.findMany();
  const { vault } = await import("../tokens/vault");
  const place = { revocationId: queued?.id ?? "", column: "refresh_token" } as const;
  expect(await vault().open(queued?.refresh_token ?? "", place)).toBe("refresh-2");
  expect(queued).toMatchObject({ accountId: null, outcome: null });
});

test("a link that goes while its new tokens are being written is queued with those, on PostgreSQL", async (context) => {
  const opened = await postgresDatabase();
  if (!opened) return context.skip(NO_POSTGRESQL);
  try {
    at.client = opened.client;
    const { user, link } = await linked("spark", {}, opened.client);
    const rest = { tokenSecret: null, expiresAt: null, issuedAt: null, scope: null };
    const data = await tokenColumns(link, { accessToken: "access-2", refreshToken: null, ...rest });
    const write = async (tx: Pick<Client, "account">) => {
      await tx.account.update({ where: { id: link }, data });
      const unlinking = unlink(user, link);
      await vi.waitFor(async () => expect(await waitingIn(opened.client)).toBe(1), WAIT);
      return { unlinking };
    };
    const { unlinking } = await opened.client.$transaction(write, { timeout: 15_000 });
    const id = (await unlinking) ?? "";
    const { access_token } = await opened.client.revocation.findUniqueOrThrow({ where: { id } });
    const { vault } = await import("../tokens/vault");
    const place = { revocationId: id, column: "access_token" } as const;
    expect(await vault().open(access_token ?? "", place)).toBe("access-2");
  } finally {
    await opened.close();
  }
}, 60_000);

test("unlinking does not leave for later what was replaced before", async () => {
  const { user, link } = await atBoard();
  const { queueReplaced, revocableColumns } = await import("./queue");
  const where = { id: link };
  const before = await memory.client.account.findUniqueOrThrow({ where, select: revocableColumns });
  const rest = { tokenSecret: null, expiresAt: null, issuedAt: null, scope: null };
  const tokens = { accessToken: "access-3", refreshToken: "refresh-3", ...rest };
  await memory.client.account.update({ where, data: await tokenColumns(link, tokens) });
  await memory.client.$transaction((tx) => queueReplaced(tx, before));
  await soon(await unlink(user, link));
  await due();
  expect(await memory.client.revocation.count({ where: { outcome: "revoked" } })).toBe(2);
  expect(portal.asked.filter((each) => each.startsWith("revoke refresh")).toSorted()).toEqual([
    "revoke refresh-1",
    "revoke refresh-3",
  ]);
});

test("what was replaced at a board that is not offered now waits for it", async () => {
  const { link } = await atBoard();
  const { queueUnused, authorizationOf } = await import("./queue");
  const { revocableColumns } = await import("./queue");
  const row = await memory.client.account.findUniqueOrThrow({
    where: { id: link },
    select: revocableColumns,
  });
  const unused = { accessToken: "access-0", refreshToken: null };
  await memory.client.$transaction((tx) => queueUnused(tx, authorizationOf(row), unused));
  vi.stubEnv("MLSCONNECT_REVOCATION_URL", "");
  vi.resetModules();
  const [queued] = await memory.client.revocation.findMany();
  await dueNow(queued?.id ?? "");
  await due();
  expect(await rowOf(queued?.id ?? "")).toMatchObject({ outcome: null, reason: "not_offered" });
});

test("nothing of the kind is done where one token ends the whole authorization", async () => {
  const { link } = await linked("spark");
  const { queueReplaced, revocableColumns } = await import("./queue");
  const before = await memory.client.account.findUniqueOrThrow({
    where: { id: link },
    select: revocableColumns,
  });
  const none = { access_token: null, refresh_token: null };
  await memory.client.account.update({ where: { id: link }, data: none });
  await memory.client.$transaction((tx) => queueReplaced(tx, before));
  expect(await memory.client.revocation.count()).toBe(0);
});

test("a portal that is down is asked again later, at growing distances, until it is up", async () => {
  const { user, link } = await linked();
  portal.down = true;
  const id = await unlink(user, link);
  await soon(id);
  expect(await recent(user)).toMatchObject([{ outcome: "waiting", reason: "failing" }]);
  const waits: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    expect(await due()).toBe(0); // not yet
    const { nextTryAt, access_token } = await rowOf(id);
    expect(access_token).not.toBeNull();
    waits.push((nextTryAt?.getTime() ?? 0) - Date.now());
    await dueNow(id);
    expect(await due()).toBe(1);
  }
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  portal.down = false;
  await dueNow(id);
  await due();
  expect(portal.asked).toEqual(["DELETE access-1 Bearer access-1"]);
  expect(await rowOf(id)).toMatchObject({ outcome: "revoked", tries: 5, ...destroyed });
});

test("a user is told of their own links of the last two weeks", async () => {
  const { user, link } = await linked();
  await unlink(user, link);
  const { user: other } = await linked();
  expect(await recent(other)).toEqual([]);
  expect(await recent(user)).toMatchObject([{ link, outcome: "waiting" }]);
  const createdAt = new Date(Date.now() - 14 * 24 * 60 * 60 * 1000 - 60_000);
  await memory.client.revocation.updateMany({ data: { createdAt } });
  expect(await recent(user)).toEqual([]);
});

test("after seven days the portal is not asked any more, and the token is destroyed", async () => {
  const { user, link } = await linked();
  portal.down = true;
  const id = await unlink(user, link);
  await soon(id);
  portal.down = false;
  const createdAt = new Date(Date.now() - 7 * 24 * 60 * 60 * 1000 - 60_000);
  await memory.client.revocation.update({ where: { id: id ?? "" }, data: { createdAt } });
  await dueNow(id);
  await due();
  expect(portal.asked).toEqual([]);
  expect(await rowOf(id)).toMatchObject({ outcome: "gave_up", ...destroyed });
  expect(await recent(user)).toMatchObject([{ outcome: "gave_up" }]);
});

test("a page does not wait for a portal that is slow", async () => {
  const { user, link } = await linked();
  const id = await unlink(user, link);
  const { revokeSoon } = await import("./revocations");
  const slow = createServer(() => {});
  await new Promise<void>((resolve) => slow.listen(0, "localhost", resolve));
  const url = `http://localhost:${(slow.address() as AddressInfo).port}`;
  vi.stubEnv("SPARK_API_URL", url);
  vi.resetModules();
  const started = Date.now();
  await (await import("./revocations")).revokeSoon([id]);
  expect(Date.now() - started).toBeLessThan(4_000);
  expect(await rowOf(id)).toMatchObject({ outcome: null, tries: 1 });
  slow.closeAllConnections();
  slow.close();
  await vi.waitFor(async () => expect((await rowOf(id)).leaseUntil).toBeNull(), WAIT);
  await revokeSoon([]);
});

test("a member who is linked again meanwhile keeps the authorization", async () => {
  const { user, link } = await linked();
  portal.down = true;
  const id = await unlink(user, link);
  await soon(id);
  portal.down = false;
  const other = await linked();
  await memory.client.account.update({
    where: { id: other.link },
    data: { providerAccountId: `member-of-${user.id}` },
  });
  await dueNow(id);
  await due();
  expect(portal.asked).toEqual([]);
  expect(await rowOf(id)).toMatchObject({ outcome: "not_needed", ...destroyed });
});

test("two links of one member at one registration: the first to go takes nothing from the second", async () => {
  const { user, link } = await linked("spark-oauth2-private");
  const other = await linked("spark-oauth2-idx");
  const member = { providerAccountId: `member-of-${user.id}` };
  await memory.client.account.update({ where: { id: other.link }, data: member });
  expect(await unlink(user, link)).toBeNull();
  expect(await unlink(other.user, other.link)).not.toBeNull();
});

test("two links of one member at two registrations: each is taken back for itself", async () => {
  const { user, link } = await linked("spark-oauth2-private");
  const other = await linked("spark-oauth2-idx", { clientId: "another client" });
  const member = { providerAccountId: `member-of-${user.id}` };
  await memory.client.account.update({ where: { id: other.link }, data: member });
  expect(await unlink(user, link)).not.toBeNull();
});

test("what was issued in another environment is not shown to this one", async () => {
  const { user, link } = await linked("spark", { environment: "staging" });
  const id = await unlink(user, link);
  await soon(id);
  expect(portal.asked).toEqual([]);
  expect(await rowOf(id)).toMatchObject({ outcome: null, reason: "not_offered" });
});

test("what was issued to another registration waits for it", async () => {
  const { user, link } = await linked("spark", { clientId: "before" });
  const id = await unlink(user, link);
  await soon(id);
  expect(portal.asked).toEqual([]);
  expect(await rowOf(id)).toMatchObject({ outcome: null, reason: "other_client" });
});

test("tokens that no longer open do not stop a user from unlinking", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const { user, link } = await linked("spark", { access_token: "damaged" });
  expect(await unlink(user, link)).toBeNull();
  expect(await memory.client.account.count({ where: { id: link } })).toBe(0);
  expect(said).toHaveBeenCalled();
  said.mockRestore();
});

test("of many that wait for a portal that is down a few ask it, and the rest waits as it is", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  portal.revocationEndpoint = true;
  const ids: (string | null)[] = [];
  for (let n = 0; n < 60; n += 1) {
    const { user, link } = await linked("spark-oauth2-private");
    ids.push(await unlink(user, link));
  }
  portal.deletes = 503;
  const { retryAllDue } = await import("./clock");
  expect(await retryAllDue()).toBeLessThanOrEqual(10);
  expect(portal.asked.length).toBeLessThanOrEqual(10);
  const untouched = { tries: 0, outcome: null };
  expect(await memory.client.revocation.count({ where: untouched })).toBeGreaterThanOrEqual(50);

  portal.deletes = 200;
  await memory.client.portalTrouble.deleteMany();
  vi.resetModules();
  await (await import("./clock")).retryAllDue();
  expect(
    await memory.client.revocation.count({ where: { outcome: "revoked" } }),
  ).toBeGreaterThanOrEqual(50);
});

test("a deleted account's authorizations are all taken back", async () => {
  const { user, link } = await linked();
  const { deleteAccount } = await import("../links/unlink");
  const ids = (await deleteAccount(user, "ref")) ?? [];
  expect(ids).toHaveLength(1);
  await soon(ids[0] ?? null);
  expect(await rowOf(ids[0] ?? null)).toMatchObject({ accountId: link, outcome: "revoked" });
});

test("many who try at once ask once, on PostgreSQL as well", async (context) => {
  const opened = await postgresDatabase();
  if (!opened) return context.skip(NO_POSTGRESQL);
  try {
    for (const client of [memory.client, opened.client]) {
      at.client = client;
      portal.asked.length = 0;
      const { user, link } = await linked("spark", {}, client);
      await unlink(user, link);
      await Promise.all(Array.from({ length: 8 }, due));
      expect(portal.asked).toHaveLength(1);
    }
  } finally {
    await opened.close();
  }
}, 60_000);

test("a link that goes while its refresh is under way is revoked with the tokens that the refresh brings", async () => {
  const rotating = await rotatingPortal();
  rotating.delay = 300;
  const { linkRefresh } = await refreshingLink(rotating.url);
  await vi.waitFor(() => expect(rotating.sent).toHaveLength(1), WAIT);
  const id = await unlink(linkRefresh.user, linkRefresh.link);
  await soon(id);
  expect(await linkRefresh.done).toBeNull();
  await vi.waitFor(
    () =>
      expect(portal.asked).toEqual([
        "DELETE access-1 OAuth access-1",
        "DELETE access-2 OAuth access-2",
      ]),
    WAIT,
  );
  await vi.waitFor(
    async () =>
      expect(await memory.client.revocation.count({ where: { outcome: "revoked" } })).toBe(2),
    WAIT,
  );
  expect(await recent(linkRefresh.user)).toMatchObject([{ outcome: "revoked" }]);
  rotating.close();
});

/** A link whose refresh has begun, at a portal of its own. */
async function refreshingLink(url: string) {
  vi.stubEnv("SPARK_OAUTH2_TOKEN_URL", `${url}/token`);
  for (const [name, value] of Object.entries(rotatingVariables(url))) vi.stubEnv(name, value);
  vi.resetModules();
  const expires_at = Math.floor(Date.now() / 1000) - 1;
  const { user, link } = await linked("spark-oauth2-private", { expires_at });
  const { freshToken } = await import("../refresh/fresh-token");
  return { linkRefresh: { user, link, done: freshToken(link) } };
}

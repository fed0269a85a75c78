import { readdirSync, readFileSync } from "node:fs";
import { Session as Inspector } from "node:inspector/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { boardVariables, memberNamed } from "@/lib/auth/testing";
import type { OpenDatabase } from "@/lib/db/client";
import { type Plan, planOf, type Statement, statementsOf } from "@/lib/db/fixtures/plans";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import { manyLinks } from "./fixtures/many-links";
import { adverts, expiredLink, rotatingPortal, rotatingVariables } from "./testing";

/**
 * Every statement that the app makes, beside a million links and ten million events: none reads a table from end to end, none
 * sorts what it has not first narrowed. Which functions ask the database is read from the source: each is run.
 */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

/** Settings are read once; this one is changed in between. */
const changed = vi.hoisted(() => ({}) as { auditVends?: "counted" });
vi.mock("@/lib/env", async (original) => {
  const env = await original<typeof import("@/lib/env")>();
  return { ...env, settings: () => ({ ...env.settings(), ...changed }) };
});

const LINKS = 1_000_000;
const EVENTS = 10_000_000;

/** In PostgreSQL's own unit: a page that is read in order is 1. Reading the smallest of the big tables is 20 times as much. */
const DEAR = 2_500;

/** In the same unit: a row that is found by an index and changed. Who names many rows at once pays for each. */
const ROW = 10;

/**
 * Not run: what reads everything on purpose, to count what is left under each key when an operator rotates keys; and what
 * writes, when nothing else works, as `writeLink` does.
 */
const EXCEPT = ["keysInUse", "rowsIn", "writeTokensAlone"];

/** How Prisma counts all rows of a table, which only a rotation of keys does. */
const WHOLE = "WHERE 1=1 OFFSET";

/** How links are counted by their states: from so many pages of the table, however long it is. */
const SAMPLE = "TABLESAMPLE";

/** Of the company login, whose people and the users of the client `gamma` are one. */
const ISSUER = "https://login.acme.example";

const server = await postgresServer();
const portal = await rotatingPortal();
let opened: OpenDatabase;
let session: Client;

beforeAll(async () => {
  if (!server) return;
  const variables = {
    ...boardVariables(portal.url),
    ...rotatingVariables(portal.url),
    OLX_SITES: "otodom imovirtual",
    MLSCONNECT_REVOCATION_URL: `${portal.url}/revoke`,
    COMPANY_LOGIN_ISSUER: ISSUER,
    COMPANY_LOGIN_CLIENT_ID: "portico",
    COMPANY_LOGIN_CLIENT_SECRET: "secret",
    COMPANY_LOGIN_CLIENT: "gamma",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const url = await server.create("grown");
  opened = await openDatabase({ url, directory: "" });
  at.client = opened.client;
  session = new Client(url);
  await session.connect();
}, 60_000);

afterAll(async () => {
  await session?.end();
  await opened?.close();
  portal.close();
  await server?.stop();
});

/** While there is only one link: its tokens are sealed anew. It ends before it counts what is left. */
async function keysAreRotated() {
  const { rotateKeys } = await import("./tokens/rotation");
  const { Vault } = await import("./tokens/vault");
  const { settings } = await import("@/lib/env");
  const link = await expiredLink(opened.client);
  const newer = { kid: "newer", key: crypto.getRandomValues(new Uint8Array(32)) };
  const rotated = rotateKeys({
    vault: new Vault([newer, ...settings().tokenKeys]),
    kids: ["newer"],
    dryRun: false,
    reference: REFERENCE,
    onProgress: () => {
      throw new Error("enough");
    },
  });
  await expect(rotated).rejects.toThrow("enough");
  const { userId } = await opened.client.account.findUniqueOrThrow({ where: { id: link } });
  await opened.client.user.delete({ where: { id: userId } });
}

/** Tables as years leave them: most rows are old news, and a few are due. */
async function grow() {
  await manyLinks(opened.client, session, LINKS);
  const statements = [
    `INSERT INTO "AuditEvent" (at, action, outcome, actor, "userId", "accountId", connection, "requestId")
     SELECT now() - random() * interval '80 days',
       CASE WHEN n % 10 < 6 THEN 'vend' WHEN n % 10 < 9 THEN 'refresh' WHEN random() < 0.01 THEN 'delete_account' ELSE 'sign_in' END,
       'succeeded', 'system', id, gen_random_uuid(), 'olx-otodom', 'r'
     FROM "User", generate_series(1, ${EVENTS / (LINKS / 10)}) n`,
    `INSERT INTO "RefreshAttempt" ("accountId", generation, owner, "startedAt", "endedAt", outcome)
     SELECT id, n, 'owner', now() - interval '2 days', now() - interval '2 days', 'succeeded'
     FROM "Account", generate_series(1, 2) n`,
    `INSERT INTO "Session" ("sessionToken", "userId", expires)
     SELECT gen_random_uuid(), id, now() + n * interval '1 day' FROM "User", generate_series(1, 2) n`,
    `INSERT INTO "VerificationToken" (identifier, token, expires)
     SELECT 'flow', gen_random_uuid(), now() + interval '1 hour' FROM generate_series(1, 200000)`,
    `INSERT INTO "Revocation" (id, "userId", "accountId", connection, environment, member, outcome, "endedAt", "nextTryAt", "createdAt")
     SELECT gen_random_uuid(), id, gen_random_uuid(), 'olx-otodom', 'production', '', 'revoked',
       now() - n * interval '10 days', NULL, now() - n * interval '10 days'
     FROM "User", generate_series(1, 3) n`,
    `INSERT INTO "Event" (reader, position, at, type, "accountId", connection)
     SELECT 'acme', n, now() - random() * interval '80 days', 'link.needs_reconnect', gen_random_uuid(), 'olx-otodom'
     FROM generate_series(1, ${LINKS}) n`,
    `INSERT INTO "EventPosition" (reader, last) VALUES ('acme', ${LINKS})`,
    `INSERT INTO "PortalTrouble" (portal, environment, failures, reason) VALUES ('x', 'production', 1, 'failing')`,
    "VACUUM (ANALYZE)",
  ];
  for (const statement of statements) await session.query(statement);
}

test(
  "every statement of the app finds its rows by an index",
  async (context) => {
    if (!server) return context.skip(NO_POSTGRESQL);
    const inspector = new Inspector();
    inspector.connect();
    await inspector.post("Profiler.enable");
    await inspector.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });

    const rotating = await statementsOf(keysAreRotated);
    await grow();
    const statements = [...rotating, ...(await statementsOf(everything))];
    const { result } = await inspector.post("Profiler.takePreciseCoverage");
    inspector.disconnect();

    const called = new Set(
      result.flatMap(({ url, functions }) =>
        functions
          .filter(({ ranges }) => ranges.some(({ count }) => count > 0))
          .map(({ functionName }) => `${url.slice(url.indexOf("/lib/") + 1)} ${functionName}`),
      ),
    );
    const asking = functionsThatAsk();
    expect(asking.length).toBeGreaterThan(50);
    expect.soft(asking.filter((name) => !called.has(name))).toEqual([]);

    const asked = statements.filter(({ text }) => !text.includes(WHOLE) && !text.includes(SAMPLE));
    const different = new Map(asked.map((statement) => [shapeOf(statement), statement]));
    const dear: string[] = [];
    for (const statement of different.values()) {
      const plan = await planOf(session, statement);
      const wrong = faultsOf(plan, DEAR + ROW * listedIn(statement));
      if (wrong.length > 0)
        dear.push(`${wrong.join("; ")}: ${statement.text.trim().slice(0, 300)}`);
    }
    await context.annotate(
      `${different.size} different statements beside ${LINKS.toLocaleString("en")} links and ${EVENTS.toLocaleString("en")} events: ${dear.length} of them read a table from end to end or cost more than ${DEAR}`,
      "figure",
    );
    expect(dear).toEqual([]);
  },
  30 * 60_000,
);

/** One statement with lists of other lengths is the same. */
function shapeOf({ text }: Statement) {
  return text.replace(/\$\d+/g, "$").replace(/\$(,\s*\$)+/g, "$");
}

const big = [
  "Account",
  "AuditEvent",
  "RefreshAttempt",
  "Session",
  "User",
  "VerificationToken",
  "Revocation",
  "Event",
];

function faultsOf(plan: Plan, dear: number): string[] {
  const cost = plan["Total Cost"];
  return [...scansOf(plan), ...(cost > dear ? [`costs ${Math.round(cost)}`] : [])];
}

/** How many rows a statement names, in its longest list. */
function listedIn({ values }: Statement): number {
  return Math.max(0, ...values.map((value) => (Array.isArray(value) ? value.length : 0)));
}

/** Where a limit ends it, a table is read in its own order only as far as rows are found soon; the cost tells. */
function scansOf(plan: Plan): string[] {
  if (plan["Node Type"] === "Limit") return [];
  const isScan = plan["Node Type"] === "Seq Scan" && big.includes(plan["Relation Name"] ?? "");
  const scan = isScan ? [`reads all of ${plan["Relation Name"]}`] : [];
  return [...scan, ...(plan.Plans ?? []).flatMap(scansOf)];
}

const root = resolve(import.meta.dirname, "../..");

/** `lib/accounts/audit.ts recordEvent` for each function in whose text the database is asked something. */
function functionsThatAsk(): string[] {
  const asks =
    /\$(?:queryRaw|executeRaw)|\bpoolUnder\(|\b(?:db|tx)\s*\.\s*\w+\s*\.\s*(?:find|create|update|delete|count|group|upsert|aggregate)/;
  return readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" })
    .filter(
      (name) => name.endsWith(".ts") && !/(^|\/)(generated|fixtures)\/|test(ing)?\.ts$/.test(name),
    )
    .flatMap((name) => {
      const parts = readFileSync(join(root, "lib", name), "utf8").split(
        /^(?=(?:export )?(?:(?:async )?function|const) \w)/m,
      );
      return parts
        .filter((part) => asks.test(part))
        .map((part) => /^(?:export )?(?:async )?function (\w+)/.exec(part)?.[1])
        .filter((found) => found !== undefined && !EXCEPT.includes(found))
        .map((found) => `lib/${name} ${found}`);
    });
}

const REFERENCE = "abcdefgh";
let references = 0;
const now = new Date();

/** All that people, back ends, portals, operators and time make the app ask the database. */
async function everything() {
  await peopleComeAndGo();
  await backEndsAsk();
  await linksLive();
  await portalsGiveBack();
  await operatorsWork();
  await clientsComeAndGo();
  await sessionsComeAndGo();
  await tokensAreImported();
  await codesAreLost();
  await theCompanySignsIn();
}

async function connectionNamed(id: string) {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const found = findConnection(id);
  if (!found) throw new Error(`no connection ${id}`);
  return found;
}

function tokensNamed(member: string) {
  const none = { tokenSecret: null, refreshToken: null, expiresAt: null, scope: null };
  return { accessToken: `access of ${member}`, ...none, issuedAt: now };
}

/** Completes a trip to the board, as a sign-in or for a user who is signed in. */
async function arrive(member: string, given: object = {}) {
  const { complete } = await import("./linking/complete");
  const completion = await complete({
    connection: await connectionNamed("mlsconnect-federia"),
    key: member,
    owner: null,
    expected: { who: "first" },
    alsoWrite: async () => [],
    oldSession: null,
    reference: `reference-${references++}`,
    member: memberNamed(member, member),
    tokens: tokensNamed(member),
    now,
    ...given,
  });
  return completion;
}

async function signedIn(member: string) {
  const { sha256 } = await import("./tokens/sha256");
  const completion = await arrive(member);
  if (completion.kind !== "done" || !completion.session) throw new Error(completion.kind);
  const { token, user } = completion.session;
  return { token, user: { id: user }, hash: sha256(token), link: completion.link };
}

async function peopleComeAndGo() {
  const { activityOf } = await import("./audit");
  const { lastUses } = await import("./links/link-use");
  const { linkedPortals } = await import("./links/linked-portals");
  const { nameLink } = await import("./links/name-link");
  const { setLanguage } = await import("./people/language");
  const { endOtherSessions, sessionsOf } = await import("@/lib/auth/session/other-sessions");
  const { deleteAccount, unlink } = await import("./links/unlink");
  const { moveLink } = await import("./linking/move-link");
  const { openQuestion } = await import("./linking/question");
  const { recentRevocations } = await import("./revocation/revocations");
  const flows = await import("@/lib/auth/flow/consumption");
  const { countOn } = await import("@/lib/auth/trip/counters");
  const { endSession, liveSession } = await import("@/lib/auth/session/session");
  const { sha256 } = await import("./tokens/sha256");

  const state = crypto.randomUUID();
  await flows.claimFlow(sha256(state), now);
  await flows.wasClaimed(sha256(state));
  await flows.recordOutcome(opened.client, state, { location: "/", session: null }, now);
  await flows.recordedOutcome(state);
  const counter = { kind: "code", about: ["x"], most: 1, seconds: 60 } as const;
  await countOn([counter], now);
  await expect(countOn([counter], now)).rejects.toThrow();

  const anna = await signedIn("anna");
  await arrive("anna", { oldSession: anna.hash });
  for (let more = 0; more < 32; more += 1) await signedIn("anna"); // more sessions than a user keeps
  const bram = await signedIn("bram");
  const owner = { user: bram.user.id, session: bram.hash };
  await arrive("bram", { owner, expected: { who: "same", link: bram.link } });
  await arrive("carla", { owner, expected: { who: "same", link: bram.link } });
  const reference = REFERENCE;
  await arrive("carla", { owner, expected: { who: "first" }, reference });
  const addressee = { session: bram.hash, reference: REFERENCE };
  expect(await openQuestion(opened.client, addressee, now)).not.toBeNull();
  await arrive("carla", { owner, expected: { who: "another" } });
  await opened.client.verificationToken.deleteMany({ where: { identifier: "question" } });
  await signedIn("dora");
  expect(await arrive("dora", { owner, expected: { who: "another" }, reference })).toEqual({
    kind: "elsewhere",
  });
  expect(await moveLink(bram, REFERENCE, now)).toMatchObject({ kind: "brought" });
  const lasting = { key: "", member: { ...memberNamed("", ""), id: null } };
  const olx = await connectionNamed("olx-otodom");
  const site = await arrive("", {
    ...lasting,
    connection: olx,
    key: `production:${crypto.randomUUID()}`,
    owner,
    expected: { who: "another" },
  });
  const same = { who: "same", link: site.kind === "done" ? site.link : "" };
  const key = `production:${same.link}`;
  await arrive("", { ...lasting, connection: olx, key, owner, expected: same });

  const here = await liveSession(bram.token, now);
  if (!here) throw new Error("no session");
  await sessionsOf(here);
  await endOtherSessions(here);
  await setLanguage(bram.user, "fr");
  await nameLink(bram.user, bram.link, "My board");
  await lastUses(bram.user, bram.link);
  await linkedPortals(bram.user);
  const { older } = await activityOf(bram.user, { before: null, limit: 2 });
  await activityOf(bram.user, { before: older, limit: 2 });
  await recentRevocations(bram.user);
  await unlink(bram.user, bram.link, REFERENCE);
  await endSession(bram.token);
  await deleteAccount(bram.user, REFERENCE);
}

async function backEndsAsk() {
  const { findKey, listKeys, makeKey, withdrawKey } = await import("./clients/service-keys");
  const { listLinks } = await import("./clients/listed-links");
  const { vendToken } = await import("./clients/vend");
  const { everythingWritten } = await import("./clients/write-behind");
  const { readiness } = await import("@/lib/process/readiness");

  const inAnHour = Math.floor(Date.now() / 1000) + 3_600;
  const good = await expiredLink(opened.client, { expires_at: inAnHour });
  const link = await opened.client.account.findUniqueOrThrow({ where: { id: good } });
  const { id, text } = await makeKey({ name: "crm", connections: [], calls: ["links", "token"] });
  const key = await findKey(text);
  if (!key) throw new Error("no key");
  const none = {};
  for (const after of [null, link.id]) {
    const page = { after, limit: 100 };
    await listLinks(key, none, page);
    await listLinks(key, { ...none, user: link.userId }, page);
    await listLinks(key, { ...none, member: "anna" }, page);
    await listLinks(key, { ...none, connection: "olx-imovirtual" }, page);
    await listLinks(key, { ...none, connection: "olx-otodom", user: link.userId }, page);
  }
  await vendToken({ key, link: good, requestId: "r" }, {});
  changed.auditVends = "counted";
  await vendToken({ key, link: good, requestId: "r" }, {});
  await everythingWritten();
  await listKeys();
  await withdrawKey(id);
  await readiness();

  const { listEvents } = await import("./clients/listed-events");
  const { transaction } = await import("@/lib/db/transaction");
  const { forgetReader } = await import("./events/record");
  const acme = { ...key, client: "acme" };
  const waits = { reader: "acme", type: "link.created", accountId: good };
  await opened.client.event.create({ data: waits });
  for (const after of [0n, BigInt(LINKS) - 1n, BigInt(LINKS)]) {
    await listEvents(acme, null, { after, limit: 100 });
    await listEvents(acme, ["link.created"], { after, limit: 100 });
  }
  await transaction((tx) => forgetReader(tx, "beta"));
}

/** A link to the rotating portal that is due, and the first to be checked. */
const due = (more: object = {}) => expiredLink(opened.client, { checkedAt: new Date(0), ...more });

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

async function linksLive() {
  const { checkDueLinks, countDueLinks } = await import("./checks/run");
  const { checkLinksOf, checkNow } = await import("./checks/check");
  const { disclaim } = await import("./refresh/disclaim");
  const { freshToken } = await import("./refresh/fresh-token");
  const { giveBackProbe, keyOf, restingPortals, restOf } = await import(
    "@/lib/conversation/health"
  );
  const olx = keyOf(await connectionNamed("olx-otodom"));
  const good = { expires_at: Math.floor(Date.now() / 1000) + 3_600 };
  const fails = (answer: Parameters<typeof portal.faults.push>[0]["answer"]) =>
    void portal.faults.push({ at: "before", answer });

  portal.delay = 3_500; // longer than a lease goes without being renewed
  expect(await freshToken(await due({ toldBroken: true }))).toMatchObject({ kind: "fresh" });
  portal.delay = 0;
  await freshToken(await due({ leaseOwner: "another", leaseUntil: inSeconds(1) }));
  await disclaim({ link: await due(), owner: "another", reference: REFERENCE }, 5);
  fails((response) => void response.socket?.destroy());
  fails((response) => void response.writeHead(503).end());
  await freshToken(await due());
  fails((response) => void response.writeHead(401).end('{"error":"invalid_token"}'));
  await freshToken(await due());
  for (let failure = 0; failure < 6; failure += 1) {
    fails((response) => void response.writeHead(503).end());
    await freshToken(await due());
  }
  await restingPortals();
  await restOf(olx);
  await checkNow(await due(good));
  await opened.client.portalTrouble.updateMany({ data: { restUntil: new Date(0) } });
  await sleep(1_100); // for a second a process believes what it has read
  await checkNow(await due(good));
  await giveBackProbe(olx);

  await checkNow(await due({ ...good, checkLeaseUntil: inSeconds(0.5) }));
  portal.onRead = (response) => void response.writeHead(401).end("{}");
  await checkNow(await due({ ...good, refresh_token: null }));
  portal.onRead = (response) => void response.end(adverts);
  const { userId } = await opened.client.account.findUniqueOrThrow({
    where: { id: await due(good) },
  });
  await checkLinksOf({ id: userId }, null);
  const run = { before: new Date(1_000), limit: 5, perSecond: 1_000, atOnce: null };
  expect((await checkDueLinks(run)).error).toBeNull();
  await countDueLinks(run);

  const { lookAtDue } = await import("./watch/look");
  const lookAt = new Date(0);
  await due({ lookAt, tokensAt: inSeconds(-360 * 86_400) });
  await due({ lookAt, refresh_token: null });
  await lookAtDue();
}

async function clientsComeAndGo() {
  const clients = await import("./clients/clients");
  const { findKey, makeKey } = await import("./clients/service-keys");
  const { findListedLink, listLinks } = await import("./clients/listed-links");
  const { letGo } = await import("./clients/letting-go");
  const { eraseClientUser } = await import("./clients/client-erasure");
  const { takeGrantBack } = await import("./links/grants");
  const { activityOf } = await import("./audit");
  const { vendToken } = await import("./clients/vend");
  const { granted } = await import("./testing");

  const acme = { id: "acme", name: "Acme", returnUrls: [] };
  await clients.createClient(acme);
  await clients.createClient(acme);
  await clients.changeClient("acme", { name: "Acme CRM" });
  const calls = ["links", "token", "unlink", "erase"] as const;
  const { text } = await makeKey({ name: "crm", connections: [], calls, client: "acme" });
  const key = await findKey(text);
  if (!key) throw new Error("no key");
  const hanna = await signedIn("hanna");
  const ilse = await expiredLink(opened.client);
  const own = await opened.client.account.findUniqueOrThrow({ where: { id: ilse } });
  const grant = { clientId: "acme", externalId: "agent-1" };
  const give = (link: string, owner = own.userId) =>
    granted(opened.client, { ...grant, link, own: owner });
  for (const link of [hanna.link, ilse]) await give(link);
  for (const after of [null, ilse]) {
    const page = { after, limit: 100 };
    for (const filter of [
      {},
      { externalId: "agent-1" },
      { member: "hanna" },
      { state: "broken" as const },
    ]) {
      await listLinks(key, filter, page);
    }
  }
  await findListedLink(key, ilse);
  await vendToken({ key, link: ilse, requestId: "r" }, {});
  await takeGrantBack(hanna.user, { link: hanna.link, client: "acme" }, REFERENCE);
  await activityOf(hanna.user, { before: null, limit: 10 });
  await give(hanna.link);
  await letGo(key, hanna.link, REFERENCE);
  await letGo({ ...key, client: null }, hanna.link, REFERENCE);
  await eraseClientUser(key, "agent-1", REFERENCE); // and the user whom it had brought here
  await give(hanna.link, hanna.user.id);
  await clients.listClients();
  await clients.removeClient("acme", REFERENCE);

  const ines = await signedIn("ines");
  const owner = { user: ines.user.id, session: ines.hash };
  await arrive("ines, again", { owner, expected: { who: "another" } });
  const unlinked = await letGo({ ...key, client: null }, ines.link, REFERENCE);
  expect(unlinked).toMatchObject({ unlinked: true });
}

async function sessionsComeAndGo() {
  const sessions = await import("./connect/sessions");
  const browser = await import("./connect/browser");
  const { endDueSessions } = await import("./connect/ends");
  const { keep } = await import("./connect/keep");
  const { finishSession } = await import("./connect/finish");
  const { hasDoor } = await import("./connect/door");
  const { beginSession } = await import("./clients/begin-session");
  const clients = await import("./clients/clients");
  const { letGoOfUser } = await import("./clients/letting-go");

  await hasDoor();
  const returnUrl = "https://crm.example/";
  await clients.createClient({ id: "beta", name: "Beta", returnUrls: [returnUrl] });
  const key = { id: "beta", name: "x", connections: [], calls: [], client: "beta" };
  const board = await connectionNamed("mlsconnect-federia");
  const olx = await connectionNamed("olx-otodom");
  const begin = async (link: string | null, externalId = "agent-1") => {
    const user = { externalId, name: null, email: null };
    const connections = link ? null : [board.id, olx.id];
    const wish = { user, connections, link, returnUrl };
    const begun = await beginSession(key, {
      ...wish,
      language: null,
      challenge: null,
      seconds: 60,
    });
    if (begun.kind !== "begun") throw new Error(begun.kind);
    await browser.press(begun.session.id, "browser");
    return { id: begun.session.id, secret: begun.secret };
  };
  const come = (session: string, connection: typeof board, member: string | null) =>
    keep({
      ...{ connection, session, reference: REFERENCE, now: new Date() },
      member: { ...memberNamed(member ?? "", ""), id: member },
      tokens: tokensNamed(member ?? "olx"),
      alsoWrite: async () => [],
    });
  const end = async (session: string) => {
    const way = await browser.goBackWithLinks(session, "browser");
    const finish = { code: way?.code ?? "", verifier: null, externalId: "agent-1" };
    const by = { actor: "system", reference: REFERENCE } as const;
    await finishSession("beta", session, finish, by);
    return finishSession("beta", session, finish, by); // the first answer may be lost
  };

  const first = await begin(null);
  await sessions.sessionAt(first.secret);
  await browser.noteProblem(first.id, board.id, "timed_out");
  await come(first.id, board, "jana");
  await come(first.id, board, "jana");
  await come(first.id, olx, null);
  const found = await sessions.findSession("beta", first.id);
  if (!found) throw new Error("no session");
  await sessions.waitingOf(found);
  await sessions.isSessionOpen(first.id);
  const finished = await end(first.id);
  const [link = ""] = finished.kind === "finished" ? finished.links : [];
  const again = await begin(link);
  await come(again.id, board, "jana");
  await end(again.id);
  await signedIn("jana"); // takes the link along
  const two = [await begin(null), await begin(null)];
  for (const { id } of two) await come(id, board, "lena");
  for (const { id } of two) await end(id); // the second finds the link of the first
  const given = await begin(null);
  await browser.goBack(given.id, "browser");
  const late = await begin(null, "agent-2");
  await come(late.id, board, "karl");
  await opened.client.connectSession.updateMany({
    where: { id: late.id },
    data: { expiresAt: new Date(0) },
  });
  await endDueSessions();
  await letGoOfUser("beta", "agent-1", { actor: "system", reference: REFERENCE });
  await clients.removeClient("beta", REFERENCE);
}

async function tokensAreImported() {
  const { importLink } = await import("./imports/import-link");
  const { dropOldImports } = await import("./imports/spent");
  const olx = await connectionNamed("olx-otodom");
  await opened.client.client.create({ data: { id: "gamma", name: "Gamma", returnUrls: [] } });
  const wish = { clientId: "gamma", externalId: "olga", shown: { name: "Olga", email: null } };
  const by = { actor: "system", reference: REFERENCE } as const;
  const bring = (accessToken: string, refreshToken: string, expiresAt: Date | null = null) =>
    importLink({
      ...{ ...wish, ...by, connection: olx, label: null },
      tokens: { ...tokensNamed(""), accessToken, refreshToken, expiresAt },
    });
  const renewedAs = (name: string) => {
    const tokens = { access_token: `access of ${name}`, refresh_token: `refresh of ${name}` };
    const body = JSON.stringify({ ...tokens, token_type: "Bearer", expires_in: 3_600 });
    portal.faults.push({ at: "before", answer: (response) => void response.end(body) });
  };
  const ended = new Date(0);
  portal.onRead = (response) => void response.end(adverts);
  expect(await bring("olga's", "refresh of olga")).toMatchObject({ kind: "imported" });
  expect(await bring("olga's", "refresh of olga")).toMatchObject({ kind: "already_linked" });
  portal.faults.push({ at: "before", answer: (response) => void response.writeHead(503).end() });
  expect(await bring("away", "refresh of one away", ended)).toMatchObject({
    kind: "portal_unavailable",
  });
  // While one import asks whose the new token is, another makes a link of the old one.
  renewedAs("the slower");
  renewedAs("the faster");
  portal.onRead = (response) => {
    portal.onRead = (again) => void again.end(adverts);
    void bring("shared", "refresh of the second", ended).then(() => response.end(adverts));
  };
  expect(await bring("shared", "refresh of the first", ended)).toMatchObject({
    kind: "already_linked",
    isSpent: true,
  });
  await opened.client.tokenImport.create({
    data: {
      ...{ id: "old", hash: "old", connection: olx.id, environment: olx.environment },
      ...{ clientId: "gamma", externalId: "olga", leaseOwner: "another" },
      ...{ leaseUntil: ended, createdAt: ended },
    },
  });
  expect(await dropOldImports()).toBe(1);
}

async function codesAreLost() {
  const codes = await import("./revocation/lost-codes");
  const { transaction } = await import("@/lib/db/transaction");
  const board = await connectionNamed("mlsconnect-federia");
  await transaction((tx) => codes.endExchange(tx, "ended"));
  await codes.forgetExchange("forgotten");
  const arrived = { tokens: tokensNamed("nora"), member: { id: "nora" } };
  await codes.giveBack(board, "lost", arrived);
  const unreadable = { id: "unreadable", code: "", nextTryAt: new Date(0) };
  await opened.client.codeExchange.create({ data: unreadable });
  expect(await codes.settleLostCodes()).toBe(1);
}

/** A person who signs in by the company login, and for whom a client has linked something before. */
async function theCompanySignsIn() {
  const { eraseClientUser } = await import("./clients/client-erasure");
  const { letGoOfUser } = await import("./clients/letting-go");
  const { loginErrors } = await import("./linking/login-check");
  const { oneUser } = await import("./linking/one-user");
  const { loginsOf } = await import("./links/logins");
  const { transaction } = await import("@/lib/db/transaction");
  const { loginKey } = await import("@/lib/portals/login");
  const by = { actor: "system", reference: REFERENCE } as const;
  const bound = { loginIssuer: "https://login.before.example" };
  await opened.client.client.update({ where: { id: "gamma" }, data: bound });
  await loginErrors();
  const { id: apart } = await opened.client.user.create({ data: {} });
  await opened.client.account.create({
    data: {
      ...{ userId: apart, type: "oidc", provider: "company", member: {} },
      ...{ providerAccountId: loginKey(ISSUER, "olga"), environment: "production" },
    },
  });
  const olga = { clientId: "gamma", externalId: "olga" };
  const user = await transaction((tx) => oneUser(tx, olga, by));
  if (user === null || user === apart) throw new Error("they are still two");
  expect(await loginsOf({ id: user })).toHaveLength(1);
  const key = { id: "gamma", name: "x", connections: [], calls: [], client: "gamma" };
  const receipt = await eraseClientUser(key, "olga", REFERENCE);
  expect(receipt?.kept.map(({ what }) => what)).toContain("the user");

  await opened.client.client.create({ data: { id: "delta", name: "Delta", returnUrls: [] } });
  const { id: shared } = await opened.client.user.create({ data: { ofClient: true } });
  for (const clientId of ["gamma", "delta"]) {
    const petra = { clientId, externalId: "petra", userId: shared };
    await opened.client.clientUser.create({ data: petra });
  }
  await letGoOfUser("gamma", "petra", by);
}

async function portalsGiveBack() {
  const { retryDue } = await import("./revocation/revocations");
  const { claimRevocation, replaceQueued } = await import("./revocation/claim");
  const { unlink } = await import("./links/unlink");
  const fred = await signedIn("fred");
  const owner = { user: fred.user.id, session: fred.hash };
  await arrive("gina", { owner, expected: { who: "another" } });
  portal.onRead = (response) =>
    void response.writeHead(200, { "content-type": "application/json" }).end("{}");
  await unlink(fred.user, fred.link, REFERENCE);
  await opened.client.revocation.updateMany({
    where: { userId: fred.user.id },
    data: { nextTryAt: new Date(0) },
  });
  await retryDue(2);
  const row = { userId: fred.user.id, connection: "mlsconnect-federia", environment: "production" };
  const { id } = await opened.client.revocation.create({ data: { ...row, member: "fred" } });
  const claim = await claimRevocation(id);
  if (!claim) throw new Error("not claimed");
  await replaceQueued(claim, { accessToken: "access", refreshToken: "refresh" });
}

async function operatorsWork() {
  const { eraseUser, receiptOf } = await import("./people/erasure");
  const { exportUser } = await import("./people/export");
  const { tidy } = await import("./retention/tidy");
  const { keepTurn, takeTurn } = await import("./retention/turn");
  const { keyErrors } = await import("./tokens/key-check");
  const { vault } = await import("./tokens/vault");
  const { readFigures } = await import("./figures/figures");

  await readFigures();
  await keyErrors(vault());
  const emma = await signedIn("emma");
  await exportUser(emma.user.id, now);
  await eraseUser(emma.user.id, "erasure", 1_000);
  await receiptOf(emma.user.id, now);
  await takeTurn();
  await keepTurn();
  const enough = new AbortController();
  await tidy({ batch: 100, signal: enough.signal });
}

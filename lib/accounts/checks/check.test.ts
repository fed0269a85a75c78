import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { memoryDatabase, postgresDatabase } from "@/lib/db/testing";
import { adverts, expiredLink, rotatingPortal, rotatingVariables } from "../testing";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;

beforeEach(async () => {
  portal = await rotatingPortal();
  for (const [name, value] of Object.entries(rotatingVariables(portal.url)))
    vi.stubEnv(name, value);
  vi.stubEnv("IMMOSCOUT24_CLIENT_ID", "consumer");
  vi.stubEnv("IMMOSCOUT24_CLIENT_SECRET", "consumer-secret");
  vi.stubEnv("IMMOSCOUT24_MEMBER_URL", `${portal.url}/realestate/?pagesize=1`);
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  portal.close();
  await memory.close();
});

const health = () => import("./check");
const check = async (id: string) => (await health()).checkLink(id);
const linkOf = (id: string) => memory.client.account.findUniqueOrThrow({ where: { id } });

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;
const good = () => expiredLink(memory.client, { expires_at: inAnHour() });
/** Lasts until it is refused. */
const lasting = (more = {}) =>
  expiredLink(memory.client, { refresh_token: null, expires_at: null, ...more });

/** What the portal says to every read from now on, or to those with these tokens. */
function answers(status: number, body: object, given: { to?: string; headers?: object } = {}) {
  const { to, headers = {} } = given;
  portal.onRead = (response, authorization) => {
    const meant = to === undefined || authorization === `Bearer ${to}`;
    if (!meant) return void response.end(adverts);
    response.writeHead(status, { ...headers }).end(JSON.stringify(body));
  };
}

const expired = { transaction_id: "t", message: "The access token provided has expired" };
const unknownPartner = { transaction_id: "t", message: "Invalid API Key - unknown Partner" };
const noPermission = {
  transaction_id: "t",
  message: "You are not allowed to access this resource",
};
const invalid = { transaction_id: "t", message: "The access token provided is invalid" };

test("a check shows the token to the portal and writes down when and what came of it", async () => {
  const id = await good();
  const { databaseNow } = await import("@/lib/db/clock");
  const before = (await databaseNow()).getTime();
  expect(await check(id)).toEqual({
    kind: "checked",
    connection: "olx-otodom",
    outcome: "ok",
    retryAfter: null,
    clockAhead: null,
  });
  expect(portal.reads).toEqual(["Bearer access-1"]);
  expect(portal.sent).toEqual([]);
  const link = await linkOf(id);
  expect(link).toMatchObject({ checkOutcome: "ok", checkLeaseUntil: null });
  expect(link.checkedAt?.getTime()).toBeGreaterThanOrEqual(before);
});

test("a token that is due is refreshed first", async () => {
  const id = await expiredLink(memory.client);
  expect(await check(id)).toMatchObject({ outcome: "ok" });
  expect(portal.reads).toEqual(["Bearer access-2"]);
});

/** OLX says that a refresh token is good for a year. */
const tokensOfAge = (days: number) => ({ tokensAt: new Date(Date.now() - days * 86_400_000) });

test.each([
  [240, [], false],
  [250, ["refresh-1"], true],
])(
  "a good token whose refresh token is %i of 365 days old: refreshed with %j",
  async (days, sent, isKept) => {
    const inAYear = Math.floor(Date.now() / 1000) + 365 * 86_400;
    const id = await expiredLink(memory.client, { expires_at: inAYear, ...tokensOfAge(days) });
    const checked = await check(id);
    expect(checked).toMatchObject({ kind: "checked", outcome: "ok" });
    expect("keptAlive" in checked).toBe(isKept);
    expect(portal.sent).toEqual(sent);
    expect(await memory.client.refreshAttempt.count()).toBe(sent.length);
    await check(id);
    expect(portal.sent).toEqual(sent);
  },
);

test("where it cannot be refreshed now, the good token is used as it is", async () => {
  const id = await expiredLink(memory.client, { expires_at: inAnHour(), ...tokensOfAge(300) });
  portal.faults.push({ at: "before", answer: (response) => void response.writeHead(503).end() });
  expect(await check(id)).toMatchObject({ kind: "checked", outcome: "ok" });
  expect(portal.reads).toEqual(["Bearer access-1"]);
  expect(await linkOf(id)).toMatchObject({ generation: 1, checkOutcome: "ok" });
});

test("what is asked for a vend is not refreshed sooner than it must be", async () => {
  const id = await expiredLink(memory.client, { expires_at: inAnHour(), ...tokensOfAge(300) });
  const { confirmedToken } = await health();
  expect(await confirmedToken(id)).toMatchObject({ kind: "fresh" });
  expect(portal.sent).toEqual([]);
});

test.each<[string, number, object]>([
  ["403 with the words for it", 403, expired],
  ["401", 401, invalid],
])(
  "a token that the portal calls ended, by %s, is refreshed once and shown again",
  async (_, status, body) => {
    const id = await good();
    answers(status, body, { to: "access-1" });
    expect(await check(id)).toMatchObject({ outcome: "ok" });
    expect(portal.reads).toEqual(["Bearer access-1", "Bearer access-2"]);
    expect(portal.sent).toEqual(["refresh-1"]);
    expect(await linkOf(id)).toMatchObject({ generation: 2, checkOutcome: "ok" });
  },
);

test.each<[string, number, object, string]>([
  ["a wrong API key", 403, unknownPartner, "invalid_client"],
  ["a missing permission", 403, noPermission, "refused"],
  ["a portal that fails", 502, {}, "failing"],
  ["too many questions", 429, {}, "rate_limited"],
])(
  "%s is no expiry: nothing is refreshed, and the link is kept",
  async (_, status, body, outcome) => {
    const id = await good();
    answers(status, body, { headers: { "retry-after": "7" } });
    expect(await check(id)).toMatchObject({ outcome, retryAfter: 7 });
    expect(portal.sent).toEqual([]);
    expect(await linkOf(id)).toMatchObject({ checkOutcome: outcome, reconnectReason: null });
  },
);

test("a web page instead of a record is not a token that works", async () => {
  const id = await good();
  portal.onRead = (response) => void response.end("<html>");
  expect(await check(id)).toMatchObject({ outcome: "web_page" });
});

test("a new token that is refused like the old one is not refreshed again, until something changes", async () => {
  const id = await good();
  answers(401, invalid);
  expect(await check(id)).toMatchObject({ outcome: "invalid_token" });
  expect(await check(id)).toMatchObject({ outcome: "invalid_token" });
  expect(portal.sent).toEqual(["refresh-1"]);
  expect(portal.reads).toHaveLength(3);
  expect(await linkOf(id)).toMatchObject({ checkOutcome: "invalid_token", reconnectReason: null });
});

test("when the refresh is refused too, only the member can help, and the portal's word is kept", async () => {
  const id = await good();
  answers(401, invalid);
  portal.familyDead = true;
  expect(await check(id)).toMatchObject({ outcome: "invalid_grant" });
  expect(await linkOf(id)).toMatchObject({ reconnectReason: "invalid_grant" });
  portal.reads.length = 0;
  expect(await check(id)).toMatchObject({ kind: "not_asked", reason: "invalid_grant" });
  expect(portal.reads).toEqual([]);
});

test("a token that nothing renews and the portal refuses is broken, until it is accepted again", async () => {
  const id = await lasting();
  answers(401, invalid);
  expect(await check(id)).toMatchObject({ outcome: "invalid_token" });
  expect(await linkOf(id)).toMatchObject({ reconnectReason: "invalid_token" });
  portal.onRead = (response) => void response.end(adverts);
  expect(await check(id)).toMatchObject({ outcome: "ok" });
  expect(await linkOf(id)).toMatchObject({ reconnectReason: null, checkOutcome: "ok" });
});

test("only the portal's word breaks a link", async () => {
  const id = await lasting();
  const { confirmedToken } = await health();
  const rejected = { rejectedGeneration: 1 };
  expect(await confirmedToken(id, rejected)).toMatchObject({ kind: "fresh" });
  answers(503, {});
  expect(await confirmedToken(id, rejected)).toMatchObject({
    kind: "portal_unavailable",
    reason: "failing",
  });
  expect(await linkOf(id)).toMatchObject({ reconnectReason: null });
  answers(401, invalid);
  expect(await confirmedToken(id, rejected)).toMatchObject({
    kind: "reconnect_needed",
    reason: "invalid_token",
  });
  expect(await confirmedToken(id)).toMatchObject({ kind: "reconnect_needed" });
});

test("of workers who all say that a token was refused, one makes us ask", async () => {
  const id = await lasting();
  const { confirmedToken } = await health();
  portal.onRead = async (response) => {
    await sleep(50);
    response.end(adverts);
  };
  const all = Array.from({ length: 10 }, () => confirmedToken(id, { rejectedGeneration: 1 }));
  expect((await Promise.all(all)).map((answer) => answer?.kind)).toEqual(Array(10).fill("fresh"));
  expect(portal.reads).toHaveLength(1);
});

test("two who check at once ask once, and the one who looks waits for the other", async () => {
  const id = await good();
  const { checkLink, checkNow } = await health();
  portal.onRead = async (response) => {
    await sleep(200);
    response.end(adverts);
  };
  const [first, , third] = await Promise.all([checkLink(id), checkNow(id), checkLink(id)]);
  expect(first).toMatchObject({ kind: "checked" });
  expect(third).toEqual({ kind: "elsewhere" });
  expect(portal.reads).toHaveLength(1);
  expect(await linkOf(id)).toMatchObject({ checkLeaseUntil: null });
});

test("on PostgreSQL neither ask twice, whichever process they are in", async (context) => {
  const opened = await postgresDatabase();
  if (!opened) return context.skip(NO_POSTGRESQL);
  try {
    at.client = opened.client;
    const { checkLink } = await health();
    for (let round = 1; round <= 10; round += 1) {
      const id = await expiredLink(opened.client, { expires_at: inAnHour() });
      const since = new Date();
      const checks = await Promise.all(Array.from({ length: 5 }, () => checkLink(id, since)));
      expect(checks.filter(({ kind }) => kind === "checked")).toHaveLength(1);
      expect(portal.reads).toHaveLength(round);
    }
  } finally {
    await opened.close();
  }
}, 60_000);

test("what another has checked in the meantime is not checked again, and a lease that ran out does not count", async () => {
  const { checkLink } = await health();
  const id = await good();
  const since = new Date(Date.now() - 1000);
  expect(await checkLink(id, since)).toMatchObject({ kind: "checked" });
  expect(await checkLink(id, since)).toEqual({ kind: "elsewhere" });
  const checkLeaseUntil = new Date(Date.now() - 1000);
  await memory.client.account.update({ where: { id }, data: { checkLeaseUntil } });
  expect(await checkLink(id)).toMatchObject({ kind: "checked" });
  expect(await checkLink("unknown")).toEqual({ kind: "absent" });
});

test("a member who reconnects while a check is under way keeps what the new tokens came to", async () => {
  const id = await lasting();
  portal.onRead = async (response) => {
    const data = { generation: { increment: 1 }, checkOutcome: "ok" };
    await memory.client.account.update({ where: { id }, data });
    response.writeHead(401).end("{}");
  };
  await check(id);
  expect(await linkOf(id)).toMatchObject({ checkOutcome: "ok", reconnectReason: null });
});

const anHourAhead = { date: new Date(Date.now() + 3_600_000).toUTCString() };

test("a portal whose clock is not ours is reported, and a token that works still works", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const id = await good();
  answers(200, JSON.parse(adverts), { headers: anHourAhead });
  const checked = await check(id);
  expect(checked).toMatchObject({ kind: "checked", outcome: "ok" });
  if (checked.kind === "checked") expect(checked.clockAhead).toBeGreaterThan(3500);
  expect(said.mock.calls.flat().join()).toContain("clock.skewed");
  said.mockRestore();
});

const refusedSignature = { messageCode: "ERROR_COMMON_AUTHENTICATION_REQUIRED", message: "No" };

const scout = { provider: "immoscout24", clientId: "consumer" };

test("where requests are signed with the time, a refusal by another clock says nothing against the link", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const id = await lasting(scout);
  answers(401, refusedSignature, { headers: anHourAhead });
  expect(await check(id)).toMatchObject({ outcome: "clock_skewed" });
  expect(await linkOf(id)).toMatchObject({ checkOutcome: "clock_skewed", reconnectReason: null });
  expect(portal.reads[0]).toMatch(/^OAuth .*oauth_signature=/);
  said.mockRestore();
});

test("by the same clock, it does", async () => {
  const id = await lasting(scout);
  answers(401, refusedSignature);
  expect(await check(id)).toMatchObject({ outcome: "invalid_token" });
  expect(await linkOf(id)).toMatchObject({ reconnectReason: "invalid_token" });
});

test("where a token is sent as it is, a refusal by another clock counts", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const id = await lasting();
  answers(401, invalid, { headers: anHourAhead });
  expect(await check(id)).toMatchObject({ outcome: "invalid_token" });
  said.mockRestore();
});

test("a user checks their own links and no other's", async () => {
  const mine = await good();
  const theirs = await good();
  const { userId } = await linkOf(mine);
  const { checkLinksOf } = await health();
  await checkLinksOf({ id: userId }, theirs);
  expect(portal.reads).toEqual([]);
  await checkLinksOf({ id: userId }, null);
  expect(portal.reads).toHaveLength(1);
});

test("a check that finds a link broken, and one that finds it mended, are told in the record", async () => {
  const id = await lasting();
  const happened = async () =>
    (
      await memory.client.auditEvent.findMany({ where: { accountId: id }, orderBy: { id: "asc" } })
    ).map(({ action, outcome, requestId }) => [
      `${action}.${outcome}`,
      /^[a-z0-9]{8}$/.test(requestId),
    ]);
  await check(id);
  expect(await happened()).toEqual([]);
  answers(401, invalid);
  await check(id);
  await check(id);
  expect(await happened()).toEqual([["check.broken", true]]);
  portal.onRead = (response) => void response.end(adverts);
  await check(id);
  await check(id);
  expect(await happened()).toEqual([
    ["check.broken", true],
    ["check.recovered", true],
  ]);
});

test("a gateway's trouble is no news of the link, and its end is", async () => {
  const id = await good();
  answers(403, { message: "Forbidden" });
  await check(id);
  expect(await memory.client.auditEvent.count()).toBe(0);
  portal.onRead = (response) => void response.end(adverts);
  await check(id);
  expect(await memory.client.auditEvent.findMany()).toMatchObject([
    { action: "check", outcome: "recovered", actor: "system", accountId: id },
  ]);
});

test("a link whose portal is left alone is not said to work by a check that asked nothing", async () => {
  const id = await good();
  const other = await good();
  answers(429, {}, { headers: { "retry-after": "60" } });
  const { checkNow } = await health();
  await checkNow(other);
  portal.reads.length = 0;
  expect(await checkNow(id)).toMatchObject({ kind: "not_asked", reason: "rate_limited" });
  expect(portal.reads).toEqual([]);
  expect(await linkOf(id)).toMatchObject({ checkOutcome: "rate_limited", reconnectReason: null });
});

const told = async () =>
  (await memory.client.event.findMany({ orderBy: { id: "asc" } })).map(({ type, reason }) =>
    [type, reason].filter(Boolean).join(" "),
  );

test("back ends are told once that a link is broken, and once that it works again", async () => {
  const id = await lasting();
  for (const [status, body] of [
    [401, invalid],
    [401, expired],
    [503, {}],
    [401, invalid],
  ] as const) {
    answers(status, body);
    await check(id);
    await memory.client.portalTrouble.deleteMany();
  }
  expect(await told()).toEqual(["link.needs_reconnect invalid_token"]);
  portal.onRead = (response) => void response.end(adverts);
  await check(id);
  await check(id);
  answers(401, invalid);
  await check(id);
  expect((await told()).slice(1)).toEqual(["link.recovered", "link.needs_reconnect invalid_token"]);
});

test("two checks that find the same break at once tell it once", async () => {
  const id = await lasting();
  answers(401, invalid);
  const { tellBroken } = await import("../events/broken");
  const { transaction } = await import("@/lib/db/transaction");
  const tell = () => transaction((tx) => tellBroken(tx, { id, provider: "olx-otodom" }, "expired"));
  await Promise.all([tell(), tell(), check(id)]);
  expect(await told()).toHaveLength(1);
});

test.each([
  ["a refresh that the portal refuses", "invalid_grant", {}],
  ["an end that nothing renews", "expired_token", { refresh_token: null }],
  ["another registration of ours", "other_client", { clientId: "an older one" }],
  ["another environment", "other_environment", { environment: "staging" }],
])("%s is told as it is found, once", async (_, reason, more) => {
  portal.familyDead = true;
  const id = await expiredLink(memory.client, more);
  await check(id);
  await check(id);
  expect(await told()).toEqual([`link.needs_reconnect ${reason}`]);
});

test.each<[string, number, object]>([
  ["a portal that fails", 503, {}],
  ["our registration, which is not accepted", 403, unknownPartner],
])("%s is no reason to send a member to the portal", async (_, status, body) => {
  const id = await good();
  answers(status, body);
  await check(id);
  expect(await told()).toEqual([]);
});

test("a refresh that succeeds tells that a link works again which was told to be broken", async () => {
  const id = await expiredLink(memory.client, { toldBroken: true });
  await check(id);
  expect(await told()).toEqual(["link.recovered"]);
  expect(await linkOf(id)).toMatchObject({ toldBroken: false });
});

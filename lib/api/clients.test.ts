import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { granted, rotatingPortal } from "@/lib/accounts/testing";
import { memoryDatabase } from "@/lib/db/testing";
import { apiVariables, ask, endProcess, goodLink, keyFor } from "./testing";

/** What a client sees and does, and what a key without one does beside it. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;

beforeEach(async () => {
  portal = await rotatingPortal();
  for (const [name, value] of Object.entries(apiVariables(portal.url))) vi.stubEnv(name, value);
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
  vi.spyOn(console, "log").mockImplementation(() => {});
});

afterEach(async () => {
  await endProcess();
  vi.restoreAllMocks();
  portal.close();
  await memory.close();
});

/** Two links at OLX, of which the client `acme` may use the first, for its user `agent-1`; and a key of `acme`. */
async function acme() {
  const mine = await goodLink(memory.client, "olx-otodom");
  const other = await goodLink(memory.client, "olx-otodom");
  await granted(memory.client, { clientId: "acme", externalId: "agent-1", link: mine.id });
  const calls = ["links", "token", "headers", "unlink", "erase"] as const;
  return { mine, other, key: await keyFor({ client: "acme", calls }) };
}

test("a client sees the links it has been granted, under its own name for the user", async () => {
  const { mine, key } = await acme();
  const { body } = await ask("links", {}, { key });
  expect(body.links).toMatchObject([
    { id: mine.id, user: null, external_id: "agent-1", connection: "olx-otodom", label: null },
  ]);
  expect(JSON.stringify(body)).not.toContain(mine.user);
  expect((await ask("link", mine, { key })).body).toEqual(body.links[0]);
  const of = async (id: string) =>
    (await ask("links", { query: `?external_id=${encodeURIComponent(id)}` }, { key })).body.links
      .length;
  expect([await of("agent-1"), await of("agent-2"), await of("a+b@c.example:~_-")]).toEqual([
    1, 0, 0,
  ]);
});

test("a key without a client sees every link, and whose it is", async () => {
  const { mine, other } = await acme();
  const key = await keyFor();
  const { body } = await ask("links", {}, { key });
  expect(body.links.map(({ id }: { id: string }) => id).sort()).toEqual([mine.id, other.id].sort());
  expect((await ask("link", other, { key })).body).toMatchObject({
    user: other.user,
    external_id: null,
  });
  expect((await ask("link", { id: "unknown" }, { key })).status).toBe(404);
});

test("filters that are not for a key are refused, and so are unknown values", async () => {
  const { mine, key } = await acme();
  const without = await keyFor();
  for (const [query, asked, parameter] of [
    [`?user=${mine.user}`, key, "user"],
    ["?external_id=agent-1", without, "external_id"],
    ["?external_id=a%20b", key, "external_id"],
    ["?external_id=", key, "external_id"],
    ["?status=fine", key, "status"],
    ["?connection=unknown", key, "connection"],
    ["?connection=unknown", without, "connection"],
  ] as const) {
    const { status, body } = await ask("links", { query }, { key: asked });
    expect([query, status, body.errors[0].parameter]).toEqual([query, 400, parameter]);
  }
});

test("links are listed by their state, page by page", async () => {
  const key = await keyFor();
  const broken = { reconnectReason: "invalid_grant", checkOutcome: "invalid_grant" };
  const ids: string[] = [];
  for (const more of [
    {},
    broken,
    { checkedAt: null, checkOutcome: null, tokensAt: null },
    {},
    broken,
  ]) {
    ids.push((await goodLink(memory.client, "olx-otodom", more)).id);
  }
  const of = async (state: string, limit: number) => {
    const found: string[] = [];
    let query = `?status=${state}&limit=${limit}`;
    for (;;) {
      const { body } = await ask("links", { query }, { key });
      expect(body.links.length).toBeLessThanOrEqual(limit);
      found.push(...body.links.map(({ id }: { id: string }) => id));
      if (body.next === null) return found.sort();
      query = `?status=${state}&limit=${limit}&cursor=${body.next}`;
    }
  };
  for (const limit of [1, 2, 200]) {
    expect(await of("broken", limit)).toEqual([ids[1], ids[4]].sort());
    expect(await of("connected", limit)).toEqual([ids[0], ids[3]].sort());
    expect(await of("unknown", limit)).toEqual([ids[2]]);
    expect(await of("stale", limit)).toEqual([]);
  }
});

test("a client gets credentials of its links, and where there is none a call that makes an address", async () => {
  const { mine, other, key } = await acme();
  expect((await ask("token", mine, { key })).body.token.access_token).toBe("access-1");
  const wish = { method: "GET", url: `${portal.url}/advert/v1/meta` };
  expect((await ask("headers", mine, { key, body: wish })).body.active).toBe(true);
  for (const [name, body] of [
    ["token", {}],
    ["headers", wish],
  ] as const) {
    expect((await ask(name, other, { key, body })).status).toBe(404);
  }
  await memory.client.account.update({
    where: { id: mine.id },
    data: { reconnectReason: "invalid_grant" },
  });
  const answer = {
    active: false,
    error: "reconnect_needed",
    reason: "invalid_grant",
    connect_url: null,
    next: { method: "POST", path: "/api/v1/connect-sessions", body: { link: mine.id } },
  };
  expect((await ask("token", mine, { key })).body).toEqual(answer);
  expect((await ask("headers", mine, { key, body: wish })).body).toEqual(answer);
  expect((await ask("links", { query: "?external_id=x" }, { key })).body).toEqual({
    links: [],
    next: null,
    connect_url: null,
  });
});

test("null for what may be left out means that it is", async () => {
  const { mine, key } = await acme();
  const body = { min_ttl: null, rejected_generation: null };
  expect((await ask("token", mine, { key, body })).body.active).toBe(true);
  const wish = { method: "GET", url: `${portal.url}/advert/v1/meta`, rejected_generation: null };
  expect((await ask("headers", mine, { key, body: wish })).body.generation).toBe(1);
});

test("a client lets go of a link; a key without a client unlinks, but not the last way in", async () => {
  const { mine, other, key } = await acme();
  const without = await keyFor({ calls: ["unlink"] });
  const mls = await goodLink(memory.client, "mlsconnect-federia");
  const done = await ask("unlink", mine, { key });
  expect([done.status, done.body]).toEqual([
    200,
    { grant_ended: true, unlinked: true, revocation: "at_the_portal" },
  ]);
  expect((await ask("unlink", mine, { key })).status).toBe(404);
  expect((await ask("unlink", other, { key })).status).toBe(404);
  const board = await ask("unlink", mls, { key: without });
  expect([board.status, board.body.code]).toEqual([409, "last_way_in"]);
});

test("a key says which connections it is for, and how their requests are authorized", async () => {
  const key = await keyFor({ connections: ["olx-otodom", "immoscout24"] });
  const { body } = await ask("connections", {}, { key });
  expect(body.connections).toMatchObject([
    {
      id: "olx-otodom",
      portal: "olx",
      name: "Otodom",
      environment: "production",
      protocol: "oauth2",
      signed: false,
      api: expect.arrayContaining([`${portal.url}/advert/v1`]),
      refresh_token_days: 365,
    },
    { id: "immoscout24", protocol: "oauth1", signed: true, refresh_token_days: null },
  ]);
});

test("a client erases a user of its own, and no other's", async () => {
  const { mine, key } = await acme();
  await granted(memory.client, { clientId: "beta", externalId: "agent-1", link: mine.id });
  const beta = await keyFor({ client: "beta", calls: ["links", "erase"] });
  const { status, body } = await ask("eraseUser", { id: "agent-1" }, { key });
  expect([status, body]).toMatchObject([200, { format: "portico-erasure", user: "agent-1" }]);
  expect((await ask("eraseUser", { id: "agent-1" }, { key })).status).toBe(404);
  expect((await ask("links", {}, { key: beta })).body.links).toHaveLength(1);
  const without = await keyFor({ calls: ["links"] });
  expect((await ask("eraseUser", { id: "agent-1" }, { key: without })).status).toBe(403);
});

test("a user's activity says which client has used a link", async () => {
  const { mine, key } = await acme();
  await ask("token", mine, { key });
  await ask("token", mine, { key: await keyFor() });
  const { everythingWritten } = await import("@/lib/accounts/clients/write-behind");
  await everythingWritten();
  const { activityOf } = await import("@/lib/accounts/audit");
  const { activities } = await activityOf({ id: mine.user }, { before: null, limit: 10 });
  expect(activities.map(({ client }) => client).sort()).toEqual(["acme CRM", null]);
});

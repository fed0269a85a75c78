import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, type MockInstance, onTestFinished, test, vi } from "vitest";
import { rotatingPortal } from "@/lib/accounts/testing";
import { poolUnder } from "@/lib/db/client";
import { memoryDatabase } from "@/lib/db/testing";
import { apiVariables, ask, endProcess, goodLink, keyFor } from "./testing";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;
let logged: MockInstance;

beforeEach(async () => {
  portal = await rotatingPortal();
  for (const [name, value] of Object.entries(apiVariables(portal.url))) vi.stubEnv(name, value);
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
  logged = vi.spyOn(console, "log").mockImplementation(() => {});
});

afterEach(async () => {
  at.client = memory.client;
  await endProcess();
  vi.restoreAllMocks();
  portal.close();
  await memory.close();
});

const expired = () => ({ expires_at: Math.floor(Date.now() / 1000) - 1 });

/** Counts what the database is asked from here on. */
function countQueries() {
  return vi.spyOn(poolUnder(memory.client), "query").mock.calls;
}

test("a good token is vended with all that a request to the portal needs", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  const { status, body } = await ask("token", { id }, { key: await keyFor() });
  expect(status).toBe(200);
  expect(body).toEqual({
    active: true,
    token: {
      access_token: "access-1",
      scheme: "Bearer",
      expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
      generation: 1,
      scopes: ["read", "write"],
      headers: {
        "user-agent": expect.stringMatching(/^Portico\//),
        "x-api-key": "key",
        accept: "application/json",
        authorization: "Bearer access-1",
      },
    },
  });
});

test("a portal's own scheme, a token without an end, and no scopes are said as they are", async () => {
  const more = { expires_at: null, refresh_token: null, scope: null };
  const { id } = await goodLink(memory.client, "spark-oauth2-private", more);
  const { body } = await ask("token", { id }, { key: await keyFor() });
  expect(body.token).toMatchObject({ scheme: "OAuth", expires_at: null, scopes: [] });
  expect(body.token.headers).toMatchObject({
    authorization: "OAuth access-1",
    "x-sparkapi-user-agent": expect.stringMatching(/^Portico\//),
  });
});

test("a token that ends too soon is refreshed first, and one that was refused as well", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom", expired());
  const key = await keyFor();
  expect((await ask("token", { id }, { key })).body.token).toMatchObject({ generation: 2 });
  const wish = { min_ttl: 60, rejected_generation: 2 };
  const { body } = await ask("token", { id }, { key, body: wish });
  expect(body.token).toMatchObject({ access_token: "access-3", generation: 3 });
  expect(portal.sent).toEqual(["refresh-1", "refresh-2"]);
});

test("a burst of 500 for one link passes, with one refresh and next to no questions", async () => {
  portal.delay = 50;
  const { id } = await goodLink(memory.client, "olx-otodom", expired());
  const key = await keyFor();
  const answers = await Promise.all(
    Array.from({ length: 500 }, () => ask("token", { id }, { key })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ body }) => body.token.access_token))).toEqual(
    new Set(["access-2"]),
  );
  expect(portal.sent).toEqual(["refresh-1"]);
}, 60_000);

test("a vend is one query when its key is known, and the record of many is one more", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  const key = await keyFor();
  await ask("token", { id }, { key });
  const counted = countQueries();
  for (let n = 0; n < 10; n += 1) await ask("token", { id }, { key });
  expect(counted.length).toBe(10);
  const { everythingWritten } = await import("@/lib/accounts/clients/write-behind");
  await everythingWritten();
  expect(counted.length).toBe(12); // the vends, and when the key was last used
  expect(await memory.client.auditEvent.count({ where: { action: "vend" } })).toBe(11);
});

test("every vend is recorded: whose, by which key, under which request, and what came of it", async () => {
  const { id, user } = await goodLink(memory.client, "olx-otodom");
  const broken = await goodLink(memory.client, "olx-otodom", { reconnectReason: "invalid_grant" });
  const key = await keyFor();
  await ask("token", { id }, { key, headers: { "x-request-id": "job-7" } });
  await ask("token", { id: broken.id }, { key });
  const { everythingWritten } = await import("@/lib/accounts/clients/write-behind");
  await everythingWritten();
  const events = await memory.client.auditEvent.findMany({ where: { action: "vend" } });
  expect(events).toMatchObject([
    {
      outcome: "succeeded",
      actor: `key:${key.split("_")[1]}`,
      userId: user,
      accountId: id,
      connection: "olx-otodom",
      requestId: "job-7",
    },
    { outcome: "reconnect_needed", accountId: broken.id },
  ]);
});

test("a link that only its user can mend says so, and where", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom", expired());
  portal.familyDead = true;
  const { status, body } = await ask("token", { id }, { key: await keyFor() });
  expect(status).toBe(200);
  expect(body).toEqual({
    active: false,
    error: "reconnect_needed",
    reason: "invalid_grant",
    connect_url: "http://localhost:3000/connect/olx-otodom",
  });
});

test("a portal that is away says nothing against the link, and when to come back", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom", expired());
  portal.faults.push({
    at: "before",
    answer: (response) => void response.writeHead(429, { "retry-after": "120" }).end("{}"),
  });
  const { body } = await ask("token", { id }, { key: await keyFor() });
  expect(body).toMatchObject({
    active: false,
    error: "portal_unavailable",
    reason: "rate_limited",
  });
  expect(body.retry_after).toBeGreaterThan(100);
});

test("a link of another environment is not used, and a link of a connection that is gone neither", async () => {
  const key = await keyFor();
  const staging = await goodLink(memory.client, "olx-otodom", { environment: "staging" });
  const gone = await goodLink(memory.client, "olx-gone");
  const url = "http://localhost:3000";
  for (const [{ id }, reason, connect_url] of [
    [staging, "other_environment", `${url}/connect/olx-otodom`],
    [gone, "not_offered", `${url}/dashboard`],
  ] as const) {
    const answer = { active: false, error: "reconnect_needed", reason, connect_url };
    expect((await ask("token", { id }, { key })).body).toEqual(answer);
    const wish = { method: "GET", url: `${portal.url}/advert/v1/meta` };
    expect((await ask("headers", { id }, { key, body: wish })).body).toEqual(answer);
  }
  const { body } = await ask("links", { query: `?user=${staging.user}` }, { key });
  expect(body.links[0].status).toMatchObject({ state: "broken", reason: "other_environment" });
});

test("where each request is signed, the token call names the call that signs", async () => {
  const { id } = await goodLink(memory.client, "immoscout24", { refresh_token: null });
  const { status, body } = await ask("token", { id }, { key: await keyFor() });
  expect(status).toBe(409);
  expect(body).toMatchObject({
    code: "signature_needed",
    next: { method: "POST", path: `/api/v1/links/${id}/headers` },
  });
});

test("headers are signed for exactly that method and address", async () => {
  const more = { expires_at: null, refresh_token: null };
  const { id } = await goodLink(memory.client, "immoscout24", more);
  const key = await keyFor();
  const base = "https://rest.immobilienscout24.de/restapi/api/offer/v1.0/user/me/realestate/";
  const wish = { method: "PUT", url: `${base}?b=2&a=x%20y` };
  const { body } = await ask("headers", { id }, { key, body: wish });
  expect(body).toMatchObject({
    active: true,
    generation: 1,
    headers: { accept: "application/json" },
  });

  const sent = new Map(
    [...String(body.headers.authorization).matchAll(/(\w+)="([^"]*)"/g)].map(
      ([, k = "", v = ""]) => [k, decodeURIComponent(v)],
    ),
  );
  const parameters = [...sent].filter(([name]) => name !== "oauth_signature");
  const signed = [...parameters, ["a", "x y"], ["b", "2"]]
    .map((pair) => pair.map((each) => encodeURIComponent(each ?? "")).join("="))
    .sort()
    .join("&");
  const text = `PUT&${encodeURIComponent(base)}&${encodeURIComponent(signed)}`;
  const expected = createHmac("sha1", "consumer-secret&token-secret").update(text).digest("base64");
  expect(sent.get("oauth_signature")).toBe(expected);
  expect(sent.get("oauth_consumer_key")).toBe("consumer-key");

  const again = await ask("headers", { id }, { key, body: wish });
  expect(again.body.headers.authorization).not.toBe(body.headers.authorization);
});

test("headers of a token that the portal has refused are those of a newer one", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  const wish = { method: "GET", url: `${portal.url}/advert/v1/meta`, rejected_generation: 1 };
  const { body } = await ask("headers", { id }, { key: await keyFor(), body: wish });
  expect(body).toMatchObject({ active: true, generation: 2 });
  expect(body.headers.authorization).not.toBe("Bearer access-1");
  expect(portal.sent).toHaveLength(1);
  const none = { ...wish, rejected_generation: 0 };
  const refused = await ask("headers", { id }, { key: await keyFor(), body: none });
  expect([refused.status, refused.body.errors]).toEqual([
    400,
    [{ pointer: "#/rejected_generation", detail: "must be at least 1" }],
  ]);
});

test("where requests are signed, a caller's word that they are refused is first put to the portal", async () => {
  let says = 200;
  const immo = createServer((_request, response) => {
    const body = { "realestates.realEstates": { Paging: { numberOfHits: 2 } } };
    const refusal = { messageCode: "ERROR_COMMON_AUTHENTICATION_REQUIRED", message: "No" };
    response.writeHead(says).end(JSON.stringify(says === 200 ? body : refusal));
  });
  await new Promise<void>((resolve) => immo.listen(0, "localhost", resolve));
  onTestFinished(() => void immo.close());
  const { port } = immo.address() as AddressInfo;
  vi.stubEnv("IMMOSCOUT24_API_URL", `http://localhost:${port}/restapi/api`);
  vi.resetModules();
  const more = { expires_at: null, refresh_token: null };
  const { id } = await goodLink(memory.client, "immoscout24", more);
  const key = await keyFor();
  const url = `http://localhost:${port}/restapi/api/offer/v1.0/user/me/realestate`;
  const wish = { method: "GET", url, rejected_generation: 1 };
  expect((await ask("headers", { id }, { key, body: wish })).body.active).toBe(true);
  says = 401;
  expect((await ask("headers", { id }, { key, body: wish })).body).toMatchObject({
    active: false,
    error: "reconnect_needed",
  });
});

test("headers are for every portal, but only under its API", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  const key = await keyFor();
  const good = { method: "GET", url: `${portal.url}/advert/v1/meta` };
  expect((await ask("headers", { id }, { key, body: good })).body.headers).toMatchObject({
    authorization: "Bearer access-1",
    "x-api-key": "key",
  });
  for (const url of [
    `${portal.url}/token`,
    `${portal.url}/advert/v1/../../token`,
    `${portal.url}/advert/v1/meta?%6Fauth_token=x`,
    `${portal.url}/advert/v1/meta?q=%ff`,
    `${portal.url}/advert/v1/meta?q[]=x`,
    "https://x.example/",
  ]) {
    const { status, body } = await ask("headers", { id }, { key, body: { method: "GET", url } });
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ pointer: "#/url", detail: expect.stringMatching(/^must /) }]);
  }
});

test("a key sees the links of its connections, and does not learn that there are others", async () => {
  const olx = await goodLink(memory.client, "olx-otodom", expired());
  const mls = await goodLink(memory.client, "mlsconnect-federia");
  const key = await keyFor({ connections: ["mlsconnect-federia"] });
  expect((await ask("token", { id: mls.id }, { key })).status).toBe(200);
  const hidden = await ask("token", { id: olx.id }, { key });
  const absent = await ask("token", { id: "unknown" }, { key });
  expect([hidden.status, absent.status]).toEqual([404, 404]);
  expect({ ...hidden.body, request_id: "" }).toEqual({ ...absent.body, request_id: "" });
  expect(portal.sent).toEqual([]);
  const wish = { method: "GET", url: "https://elsewhere.example/" };
  expect((await ask("headers", { id: olx.id }, { key, body: wish })).status).toBe(404);
  expect((await ask("links", {}, { key })).body.links).toMatchObject([{ id: mls.id }]);
  const query = "?connection=olx-otodom";
  expect((await ask("links", { query }, { key })).body.links).toEqual([]);
});

test("a key makes the calls it was made for", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  const key = await keyFor({ calls: ["links"] });
  expect((await ask("links", {}, { key })).status).toBe(200);
  const { status, headers } = await ask("token", { id }, { key });
  expect(status).toBe(403);
  expect(headers.get("www-authenticate")).toContain('error="insufficient_scope", scope="token"');
});

test("without a key that works there is nothing", async () => {
  const key = await keyFor();
  const without = await ask("links", {});
  expect(without.status).toBe(401);
  expect(without.headers.get("www-authenticate")).toBe('Bearer realm="api/v1"');
  for (const wrong of ["x", `${key}x`, key.toUpperCase(), `${key.slice(0, -2)}AA`, "portico__"]) {
    const { status, headers } = await ask("links", {}, { key: wrong });
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toContain('error="invalid_token"');
  }
  const query = `?access_token=${key}`;
  expect((await ask("links", { query })).status).toBe(401);
  const authorization = `Basic ${Buffer.from(`x:${key}`).toString("base64")}`;
  expect((await ask("links", {}, { headers: { authorization } })).status).toBe(401);
});

test("links are listed by user, connection and member, without any token", async () => {
  const anna = await goodLink(memory.client, "mlsconnect-federia", { providerAccountId: "ql4Jgm" });
  const same = { providerAccountId: "ql4Jgm" };
  const other = await goodLink(memory.client, "mlsconnect-caraibes", same);
  const olx = await goodLink(memory.client, "olx-otodom", { user: anna.user });
  const key = await keyFor();
  const ids = async (query: string) =>
    (await ask("links", { query }, { key })).body.links
      .map((link: { id: string }) => link.id)
      .sort();
  expect(await ids("")).toEqual([anna.id, other.id, olx.id].sort());
  expect(await ids(`?user=${anna.user}`)).toEqual([anna.id, olx.id].sort());
  expect(await ids("?connection=mlsconnect-federia")).toEqual([anna.id]);
  expect(await ids("?member=ql4Jgm")).toEqual([anna.id, other.id].sort());
  expect(await ids("?member=ql4Jgm&connection=mlsconnect-caraibes")).toEqual([other.id]);

  const { body } = await ask("links", { query: "?connection=mlsconnect-federia" }, { key });
  expect(body).toEqual({
    links: [
      {
        id: anna.id,
        user: anna.user,
        external_id: null,
        connection: "mlsconnect-federia",
        environment: "production",
        label: null,
        member: {
          id: "ql4Jgm",
          name: "Anna Peeters",
          email: "anna@example.com",
          agency: "Home",
          agency_id: null,
          office_id: null,
          office_key: null,
          office_mls_id: null,
          member_mls_id: null,
          mls_id: null,
        },
        status: { state: "connected", reason: null, checked_at: expect.any(String) },
        consent_by: null,
        linked_at: expect.any(String),
      },
    ],
    next: null,
  });
  expect(JSON.stringify(body)).not.toContain("access-1");
});

test("a member's office is told by the ids that the portal documents, as they were stored", async () => {
  const office = { officeId: "20070105120000000000000000", officeKey: "k", officeMlsId: "riv01" };
  const member = { name: "Sandra Key", office: { ...office, memberMlsId: "riv.key", mlsId: "m" } };
  const { user } = await goodLink(memory.client, "spark-oauth2-private", { member });
  const { body } = await ask("links", { query: `?user=${user}` }, { key: await keyFor() });
  expect(body.links[0].member).toMatchObject({
    name: "Sandra Key",
    agency: null,
    agency_id: null,
    office_id: "20070105120000000000000000",
    office_key: "k",
    office_mls_id: "riv01",
    member_mls_id: "riv.key",
    mls_id: "m",
  });
});

test("where the portal names no member, our own key is not taken for a member", async () => {
  const { user } = await goodLink(memory.client, "olx-otodom");
  const link = await memory.client.account.findFirstOrThrow();
  const key = await keyFor();
  const { body } = await ask("links", { query: `?user=${user}` }, { key });
  expect(body.links[0].member.id).toBeNull();
  const query = `?member=${link.providerAccountId}`;
  expect((await ask("links", { query }, { key })).body.links).toEqual([]);
});

test("nothing found says where the user can link", async () => {
  const key = await keyFor();
  const query = "?user=unknown&connection=olx-otodom";
  expect((await ask("links", { query }, { key })).body).toEqual({
    links: [],
    next: null,
    connect_url: "http://localhost:3000/connect/olx-otodom",
  });
  const anywhere = await ask("links", { query: "?user=unknown" }, { key });
  expect(anywhere.body.connect_url).toBe("http://localhost:3000/dashboard");
});

test("pages hold every link once, also while links come and go", async () => {
  const made = [];
  for (let n = 0; n < 7; n += 1) made.push((await goodLink(memory.client, "olx-otodom")).id);
  const key = await keyFor();
  const seen: string[] = [];
  let query = "?limit=3";
  for (let page = 0; page < 3; page += 1) {
    const { body } = await ask("links", { query }, { key });
    seen.push(...body.links.map(({ id }: { id: string }) => id));
    if (page === 0) await memory.client.account.delete({ where: { id: seen[0] ?? "" } });
    expect(body.next === null).toBe(page === 2);
    query = `?limit=3&cursor=${body.next}`;
  }
  expect(seen).toEqual(made.sort());
});

test("everything that is wrong with a request is said at once", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  const key = await keyFor();
  const query = "?user=a%00b&limit=1000&conection=olx&member=a&member=b&cursor=%20";
  const listed = await ask("links", { query }, { key });
  expect(listed.status).toBe(400);
  const parameters = listed.body.errors.map((error: { parameter: string }) => error.parameter);
  expect(parameters.sort()).toEqual(["conection", "cursor", "limit", "member", "user"]);
  expect((await ask("links", { query: "?cursor=abc" }, { key })).status).toBe(400);

  const body = { min_ttl: -1, rejected_generation: "1", "a/b": 1 };
  const vended = await ask("token", { id }, { key, body });
  expect(vended.body.errors).toEqual([
    { pointer: "#/min_ttl", detail: "must be at least 0" },
    { pointer: "#/rejected_generation", detail: "must be of type number" },
    { pointer: "#/a~1b", detail: "is not known here" },
  ]);
  const signed = await ask("headers", { id }, { key, body: { method: "get" } });
  expect(signed.body.errors).toEqual([
    { pointer: "#/method", detail: "must be one of GET, POST, PUT, DELETE" },
    { pointer: "#/url", detail: "is required" },
  ]);
});

test("a body is JSON, and not a large one; none at all wishes for nothing", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  const key = await keyFor();
  const status = async (body: string, type = "application/json") =>
    (await ask("token", { id }, { key, body, headers: { "content-type": type } })).status;
  expect(await status("")).toBe(200);
  expect(await status("{}", "application/json; charset=utf-8")).toBe(200);
  expect(await status("{")).toBe(400);
  expect(await status("null")).toBe(400);
  expect(await status("[]")).toBe(400);
  expect(await status("min_ttl=1", "application/x-www-form-urlencoded")).toBe(415);
  expect(await status("{}", "text/plain")).toBe(415);
  expect(await status(`{"x":"${"x".repeat(20_000)}"}`)).toBe(413);
});

test("what an address does not do is refused with what it does", async () => {
  for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
    const { status, headers } = await ask("token", { id: "x" }, { method });
    expect([status, headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  }
  const { headers } = await ask("connections", {}, { method: "POST" });
  expect(headers.get("allow")).toBe("GET, OPTIONS");
  const { answer } = await import("./answer");
  const options = await answer(
    new Request("http://localhost:3000/api/v1/connections", { method: "OPTIONS" }),
  );
  expect([options.status, options.headers.allow]).toEqual([204, "GET, OPTIONS"]);
});

test("a request keeps the id it came with, if that is fit for one", async () => {
  const key = await keyFor();
  const idFor = async (id: string) =>
    (await ask("links", {}, { key, headers: { "x-request-id": id } })).headers.get("x-request-id");
  expect(await idFor("job-7:retry.2")).toBe("job-7:retry.2");
  for (const id of ["a b", "x".repeat(101), '"', ""])
    expect(await idFor(id)).toMatch(/^[\da-f-]{36}$/);
  const { body } = await ask("links", {}, { headers: { "x-request-id": "job-8" } });
  expect(body.request_id).toBe("job-8");
  expect(logged.mock.calls.join("\n")).toContain('"request":"job-8"');
});

test("a key that asks too fast is told when to come back, and others are not in its way", async () => {
  vi.stubEnv("API_RATE_LIMIT", "2");
  vi.stubEnv("API_RATE_BURST", "3");
  vi.resetModules();
  const [greedy, modest] = [await keyFor(), await keyFor()];
  const first = await ask("links", {}, { key: greedy });
  expect(first.headers.get("ratelimit-policy")).toBe('"requests";q=3;w=2');
  expect(first.headers.get("ratelimit")).toBe('"requests";r=2;t=1');
  await ask("links", {}, { key: greedy });
  await ask("links", {}, { key: greedy });
  const fourth = await ask("links", {}, { key: greedy });
  expect(fourth.status).toBe(429);
  expect(fourth.headers.get("retry-after")).toBe("1");
  expect((await ask("links", {}, { key: modest })).status).toBe(200);
});

test("a flood of calls with invented keys is a few queries and a few lines in the log", async () => {
  const known = await keyFor();
  await ask("links", {}, { key: known });
  logged.mockClear();
  for (let n = 0; n < 50; n += 1) {
    const key = `portico_${String(n).padStart(12, "0")}_${"x".repeat(43)}`;
    expect((await ask("links", {}, { key })).status).toBe(401);
  }
  expect(logged).toHaveBeenCalledTimes(10);
  expect((await ask("links", {}, { key: known })).status).toBe(200);
  expect(logged).toHaveBeenCalledTimes(11);
});

test("a database that is away is not the caller's fault, and nothing of it is told", async () => {
  const key = await keyFor();
  await ask("links", {}, { key });
  const { DatabaseError } = await import("@/lib/db/errors");
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  at.client = new Proxy(
    {},
    {
      get(_, name) {
        if (name === "then") return undefined;
        throw new DatabaseError("unreachable", "canary");
      },
    },
  );
  const { status, body, headers } = await ask("links", {}, { key });
  expect(status).toBe(503);
  expect(headers.get("retry-after")).toBe("2");
  expect(JSON.stringify(body) + error.mock.calls.join()).not.toContain("canary");
});

test.each([
  ["55P03", 503], // a lock that was not to be had in time
  ["25006", 503], // a server that only reads
  ["53100", 503], // a full disk
  ["42703", 500], // a column that is not there: a failure of ours
  ["23505", 500],
  ["", 500],
])("what the database says decides whether it passes: %s", async (code, expected) => {
  const key = await keyFor();
  await ask("links", {}, { key });
  vi.spyOn(console, "error").mockImplementation(() => {});
  const findMany = async () => {
    throw Object.assign(new Error("canary"), { code });
  };
  at.client = { account: { findMany } };
  expect((await ask("links", {}, { key })).status).toBe(expected);
});

test("a token that cannot be opened is our failure, and not the link's", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const { id } = await goodLink(memory.client, "olx-otodom", { access_token: "moved" });
  expect((await ask("token", { id }, { key: await keyFor() })).status).toBe(500);
});

test("the log knows the request and the key's id, and no credential", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  const key = await keyFor();
  await ask("token", { id }, { key });
  const lines = logged.mock.calls.join("\n");
  expect(lines).toContain('"event":"api.answered"');
  expect(lines).not.toContain(key.slice(-43));
  expect(lines).not.toContain("access-1");
});

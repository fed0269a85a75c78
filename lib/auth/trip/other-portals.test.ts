import { NextRequest } from "next/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { google } from "@/lib/portals/fixtures/google";
import { microsoft } from "@/lib/portals/fixtures/microsoft";
import { twitter } from "@/lib/portals/fixtures/twitter";
import { withings } from "@/lib/portals/fixtures/withings";
import type { Portal } from "@/lib/portals/portal";
import { Jar } from "../testing";
import { googleTwin, microsoftTwin, tenant } from "./fixtures/openid-twin";
import { app, startTwins } from "./fixtures/twins";
import { twitterTwin } from "./fixtures/twitter-twin";
import { withingsTwin } from "./fixtures/withings-twin";

/**
 * Portals of other trades, written from their public documentation: each is one file and one entry in the registry, and
 * nothing else. The twins that they meet here are as strict as that documentation.
 */

const at = vi.hoisted(() => ({ client: null as unknown, jar: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} }));
vi.mock("next/headers", () => ({
  cookies: async () => at.jar,
  headers: async () => new Headers({ host: "localhost:3000", "x-forwarded-proto": "http" }),
}));
vi.mock("@/lib/portals/registry", async (original) => {
  const { portals } = await original<{ portals: Portal[] }>();
  return { portals: [...portals, google, microsoft, withings, twitter] };
});

type Id = "google" | "microsoft" | "withings" | "twitter";
type Twins = ReturnType<typeof newTwins>;

const newTwins = () => ({
  google: googleTwin(),
  microsoft: microsoftTwin(),
  withings: withingsTwin(),
  twitter: twitterTwin(),
});

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let twins: Twins;
let server: Awaited<ReturnType<typeof startTwins>>;
let jar: Jar;

beforeEach(async () => {
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
  at.jar = jar = new Jar();
  twins = newTwins();
  server = await startTwins(Object.values(twins));
  for (const twin of Object.values(twins)) twin.origin = server.origin;
  vi.stubEnv("PORTAL_SIMULATOR", server.origin);
  vi.stubEnv("AUDIT_VENDS", "0");
  vi.stubEnv("MICROSOFT_TENANT", tenant.toUpperCase());
  for (const portal of ["GOOGLE", "MICROSOFT", "WITHINGS", "TWITTER"]) {
    vi.stubEnv(`${portal}_CLIENT_ID`, app.id);
    vi.stubEnv(`${portal}_CLIENT_SECRET`, app.secret);
  }
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.close();
  await memory.close();
});

/** Where a flow sends the browser. */
async function leave(id: Id, mode: "signin" | "link" = "signin") {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { startFlow } = await import("./start");
  const connection = findConnection(id);
  if (!connection) throw new Error("no connection");
  return new URL(await startFlow(connection, mode, "/dashboard"), app.origin);
}

/** Back with this query. @returns how the flow ended */
async function comeBack(id: Id, query: string) {
  const { callback } = await import("./callback");
  const { findConnection } = await import("@/lib/conversation/configuration");
  const url = `${app.origin}${findConnection(id)?.callbackPath}?${query}`;
  const request = new NextRequest(url, { headers: { cookie: jar.header() } });
  const answer = await callback(request, id);
  jar.take(answer);
  const { searchParams } = new URL(answer.headers.get("location") ?? "", app.origin);
  return searchParams.get("done") ?? searchParams.get("problem");
}

/** Out to the portal, yes, and back. */
async function link(id: Id, mode?: "signin" | "link") {
  return comeBack(id, twins[id].agree(await leave(id, mode)));
}

const rows = () => memory.client.account.findMany();
const rowOf = (id: Id) => memory.client.account.findFirstOrThrow({ where: { provider: id } });

/** What a back end gets for a link. */
async function vend(id: Id) {
  const { vendToken } = await import("@/lib/accounts/clients/vend");
  const key = {
    id: "k",
    name: "back end",
    client: null,
    connections: [],
    calls: ["token"],
  } as const;
  const { id: row } = await rowOf(id);
  return vendToken({ key, link: row, requestId: "r" }, {});
}

async function expire(id: Id) {
  const { id: row } = await rowOf(id);
  await memory.client.account.update({
    where: { id: row },
    data: { expires_at: Math.floor(Date.now() / 1000) - 60, retryAt: null },
  });
}

const members = {
  google: { key: "google-member-7", name: "Anna Peeters" },
  microsoft: { key: "microsoft-member-7", name: "Anna Peeters" },
  withings: { key: "363", name: null },
  twitter: { key: "1460323737035677698", name: "Anna Peeters" },
} satisfies Record<Id, object>;

const ids = Object.keys(members) as Id[];

test.each(ids)("%s: a member signs in, and their link works at once", async (id) => {
  expect(await link(id)).toBe("signed_in");
  const row = await rowOf(id);
  expect(row).toMatchObject({ providerAccountId: members[id].key, environment: "production" });
  const { linkedPortals } = await import("@/lib/accounts/links/linked-portals");
  const user = await memory.client.user.findFirstOrThrow();
  expect(await linkedPortals(user)).toMatchObject([
    { connection: id, member: { name: members[id].name }, wayIn: true },
  ]);
});

test("the four are linked side by side to one user, who comes back to the same by any of them", async () => {
  expect(await link("google")).toBe("signed_in");
  for (const id of ["microsoft", "withings", "twitter"] as const) {
    expect(await link(id, "link")).toBe("linked");
  }
  expect(new Set((await rows()).map(({ userId }) => userId)).size).toBe(1);
  at.jar = jar = new Jar();
  expect(await link("withings")).toBe("signed_in");
  expect(await memory.client.user.count()).toBe(1);
});

test.each(ids)("%s: a declined consent is told as one, and asks for no tokens", async (id) => {
  const query = twins[id].decline(await leave(id));
  expect(await comeBack(id, query)).toBe("access_denied");
  expect(await rows()).toEqual([]);
  expect(exchangesAt(id)).toBe(0);
});

test.each(ids)("%s: a code that has been exchanged before links nothing", async (id) => {
  const query = twins[id].agree(await leave(id));
  twins[id].spendCodes();
  expect(await comeBack(id, query)).toBe("invalid_grant");
  expect(await comeBack(id, query)).toBe("flow_used");
  expect(exchangesAt(id)).toBe(1);
  expect(await rows()).toEqual([]);
});

function exchangesAt(id: Id) {
  const routes = {
    google: "POST oauth2.googleapis.com/token",
    microsoft: `POST login.microsoftonline.com/${tenant}/oauth2/v2.0/token`,
    withings: "POST wbsapi.withings.net/v2/oauth2",
    twitter: "POST api.x.com/oauth/access_token",
  };
  return twins[id].asked[routes[id]] ?? 0;
}

const scopes = {
  google: ["openid", "email", "profile"],
  microsoft: ["openid", "profile", "email", "offline_access"],
  withings: ["user.info", "user.metrics"],
};

const refreshed = ["google", "microsoft", "withings"] as const;

describe.each(refreshed)("%s: tokens that end", (id) => {
  beforeEach(async () => {
    expect(await link(id)).toBe("signed_in");
  });

  test("are refreshed when they are asked for, as often as it takes", async () => {
    const first = await vend(id);
    await expire(id);
    const second = await vend(id);
    await expire(id);
    const third = await vend(id);
    const tokens = [first, second, third].map((each) =>
      each?.kind === "token" ? each.accessToken : each?.kind,
    );
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect(twins[id].accessTokens).toContain(token);
    expect(third).toMatchObject({
      generation: 3,
      headers: { authorization: `Bearer ${tokens[2]}` },
      scopes: scopes[id],
    });
    expect(exchangesAt(id)).toBe(3);
  });

  test("need their member when the refresh token is refused, and are not asked for again", async () => {
    twins[id].refreshTokens.clear();
    await expire(id);
    const needed = { kind: "reconnect_needed", reason: "invalid_grant" };
    expect(await vend(id)).toMatchObject(needed);
    expect(await vend(id)).toMatchObject(needed);
    expect(exchangesAt(id)).toBe(2);
    expect(await link(id)).toBe("signed_in"); // and that mends it
    expect(await vend(id)).toMatchObject({ kind: "token" });
  });

  test("keep their link while the portal answers 500", async () => {
    twins[id].down = true;
    await expire(id);
    expect(await vend(id)).toMatchObject({ kind: "portal_unavailable", reason: "failing" });
    expect(await rowOf(id)).toMatchObject({ reconnectReason: null, generation: 1 });
    twins[id].down = false;
    await expire(id);
    expect(await vend(id)).toMatchObject({ kind: "token", generation: 2 });
  });
});

test.each(ids)("%s: a portal that answers 500 to the exchange links nothing", async (id) => {
  const query = twins[id].agree(await leave(id));
  twins[id].down = true;
  expect(await comeBack(id, query)).toBe("failing");
  expect(await rows()).toEqual([]);
});

describe.each(["google", "microsoft"] as const)("%s: an ID token", (id) => {
  const other = "aaaaaaaa-86f1-41af-91ab-2d7cd011db47";

  test.each<[string, Record<string, unknown>]>([
    ["of another tenant", { iss: `https://login.microsoftonline.com/${other}/v2.0` }],
    ["of an issuer with a slash more", { iss: "slash" }],
    ["for another application", { aud: "another-app" }],
    ["of another flow", { nonce: "another" }],
    ["that has ended", { exp: Math.floor(Date.now() / 1000) - 3600 }],
  ])("%s signs no user in", async (_about, claims) => {
    twins[id].claims = claims.iss === "slash" ? { iss: `${await issuerOf(id)}/` } : claims;
    expect(await link(id)).toBe("unverified");
    expect(await rows()).toEqual([]);
  });

  test("about another member ends a refresh: the link keeps its tokens and needs its member", async () => {
    expect(await link(id)).toBe("signed_in");
    twins[id].claims = { sub: "another-member" };
    await expire(id);
    expect(await vend(id)).toMatchObject({ kind: "reconnect_needed", reason: "unverified" });
    expect(await rowOf(id)).toMatchObject({ generation: 1 });
  });
});

async function issuerOf(id: Id) {
  const { findConnection } = await import("@/lib/conversation/configuration");
  return findConnection(id)?.issuer;
}

test("Microsoft without a tenant stops the start", async () => {
  vi.stubEnv("MICROSOFT_TENANT", "");
  const { configurationErrors } = await import("@/lib/conversation/configuration");
  expect(configurationErrors()).toEqual(["MICROSOFT_TENANT is not set."]);
});

test("Microsoft under a tenant's domain name is not gone to: its metadata names the tenant's id", async () => {
  vi.stubEnv("MICROSOFT_TENANT", "contoso.example");
  const contoso = `GET login.microsoftonline.com/contoso.example/v2.0/.well-known/openid-configuration`;
  const real = `GET login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration`;
  twins.microsoft.routes[contoso] = twins.microsoft.routes[real] ?? (() => ({ body: {} }));
  const { searchParams } = await leave("microsoft");
  expect(searchParams.get("problem")).toBe("unverified");
});

test("Google takes the whole authorization back, with its refresh token", async () => {
  await link("google");
  await link("twitter", "link");
  const { unlink } = await import("@/lib/accounts/links/unlink");
  const { revokeSoon } = await import("@/lib/accounts/revocation/revocations");
  const user = await memory.client.user.findFirstOrThrow();
  const unlinked = await unlink(user, (await rowOf("google")).id, "ref");
  if (unlinked.kind !== "unlinked") throw new Error(unlinked.kind);
  await revokeSoon([unlinked.revocation]);
  expect(twins.google.refreshTokens.size).toBe(0);
  expect(await memory.client.revocation.findFirst()).toMatchObject({ outcome: "revoked" });
});

test.each([
  ["503 in the words of an invalid code", 503, "Invalid Params: invalid code", "invalid_grant"],
  ["503 in other words", 503, "Invalid Params: invalid redirect_uri", "refused"],
  ["601", 601, "Too Many Requests", "rate_limited"],
  ["522", 522, "Timeout", "failing"],
  ["a status that is not documented", 9999, "?", "refused"],
])("Withings: %s inside a 200 is an error, even with tokens beside it", async (...row) => {
  const [, status, error, problem] = row;
  const body = { userid: "363", access_token: "a", scope: "user.info", token_type: "Bearer" };
  twins.withings.instead = { status, error, body };
  expect(await link("withings")).toBe(problem);
  expect(await rows()).toEqual([]);
});

test.each([
  ["no envelope", { access_token: "a", userid: "363", scope: "", token_type: "Bearer" }],
  ["no member", { status: 0, body: { access_token: "a", scope: "user.info" } }],
  ["no tokens", { status: 0, body: { userid: "363" } }],
])("Withings: an answer with %s is no token answer", async (_about, body) => {
  twins.withings.instead = body;
  expect(await link("withings")).toBe("unexpected");
  expect(await rows()).toEqual([]);
});

test("Withings: an error inside a 200 says nothing against a refresh token unless it says so", async () => {
  await link("withings");
  await expire("withings");
  twins.withings.instead = { status: 601, body: {}, error: "Too Many Requests" };
  expect(await vend("withings")).toMatchObject({
    kind: "portal_unavailable",
    reason: "rate_limited",
  });
  twins.withings.instead = null;
  await expire("withings");
  const { rested } = await import("@/lib/accounts/testing");
  await rested(memory.client, (await rowOf("withings")).id);
  expect(await vend("withings")).toMatchObject({ kind: "token" });
});

test("X: what a back end sends is signed, and the portal accepts it", async () => {
  await link("twitter");
  expect(await vend("twitter")).toEqual({ kind: "signed" });
  const { vendHeaders } = await import("@/lib/accounts/clients/vend");
  const key = {
    id: "k",
    name: "back end",
    client: null,
    connections: [],
    calls: ["headers"],
  } as const;
  const url = `${server.origin}/api.x.com/1.1/account/verify_credentials.json?include_email=true`;
  const asked = { key, link: (await rowOf("twitter")).id, requestId: "r" };
  const vended = await vendHeaders(asked, { method: "GET", url });
  if (vended?.kind !== "headers") throw new Error("no headers");
  expect((await fetch(url, { headers: vended.headers })).status).toBe(200);
  expect((await fetch(`${url}&more=1`, { headers: vended.headers })).status).toBe(401);
  const elsewhere = { method: "GET", url: `${server.origin}/api.x.com/oauth/x` } as const;
  expect(await vendHeaders(asked, elsewhere)).toMatchObject({ kind: "not_its_api" });
});

test("X: a token that its member has taken back must be given again; a portal that is down changes nothing", async () => {
  await link("twitter");
  const { checkLink } = await import("@/lib/accounts/checks/check");
  const { id } = await rowOf("twitter");
  twins.twitter.down = true;
  expect(await checkLink(id)).toMatchObject({ outcome: "failing" });
  expect(await rowOf("twitter")).toMatchObject({ reconnectReason: null });
  twins.twitter.down = false;
  expect(await checkLink(id)).toMatchObject({ outcome: "ok" });
  twins.twitter.accessTokens.clear();
  expect(await checkLink(id)).toMatchObject({ outcome: "invalid_token" });
  expect(await rowOf("twitter")).toMatchObject({ reconnectReason: "invalid_token" });
});

test("X: an address that is not on record, and a secret that is not ours, are told apart", async () => {
  vi.stubEnv("TWITTER_CLIENT_SECRET", "another secret");
  expect((await leave("twitter")).searchParams.get("problem")).toBe("invalid_client");
  vi.resetModules();
  vi.stubEnv("TWITTER_CLIENT_SECRET", app.secret);
  vi.stubEnv("AUTH_URL", "http://localhost:3001");
  expect((await leave("twitter")).searchParams.get("problem")).toBe("redirect_mismatch");
});

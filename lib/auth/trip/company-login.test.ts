import { createHash, generateKeyPairSync } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { NextRequest } from "next/server";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import {
  client,
  compact,
  companyVariables,
  es,
  forged,
  hs256,
  ours,
  type Provider,
  provider,
  ps,
  rs,
} from "@/lib/oauth/openid/testing";
import { Jar } from "../testing";

/** The company login all the way from the button to the session, at a provider that can be told to misbehave. */

const at = vi.hoisted(() => ({ client: null as unknown, jar: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} })); // which wants the whole of React
vi.mock("next/headers", () => ({
  cookies: async () => at.jar,
  headers: async () => new Headers({ host: "localhost:3000", "x-forwarded-proto": "http" }),
}));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let browser: Jar;
let issuer: Provider;

beforeEach(async () => {
  vi.resetModules(); // settings, connections and issuers are read once
  memory = await memoryDatabase();
  browser = new Jar();
  at.client = memory.client;
  at.jar = browser;
  issuer = await provider();
  setUp({});
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await memory.close();
});

function setUp(more: Record<string, string>) {
  const variables = { ...companyVariables(issuer), ...more };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

/** Where a flow goes first. */
async function start(mode: "signin" | "link" = "signin") {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { startFlow } = await import("./start");
  const connection = findConnection("company");
  if (!connection) throw new Error("no connection");
  return new URL(await startFlow(connection, mode, "/dashboard"), "http://localhost:3000");
}

/** Comes back from the provider; resolves to what the page says. */
async function comeBack(query: string) {
  const { callback } = await import("./callback");
  const url = `http://localhost:3000/api/auth/callback/company?${query}`;
  const request = new NextRequest(url, { headers: { cookie: browser.header() } });
  const response = await callback(request, "company");
  browser.take(response);
  return endOf(new URL(response.headers.get("location") ?? "", "http://localhost:3000"));
}

function endOf({ searchParams, pathname }: URL) {
  return searchParams.get("done") ?? searchParams.get("problem") ?? pathname;
}

/** Signs in, and says how it ends. */
async function signIn(more = "") {
  const address = await start();
  if (address.pathname !== "/authorize") return endOf(address);
  issuer.nonce = address.searchParams.get("nonce") ?? "none";
  return comeBack(`code=c&state=${address.searchParams.get("state")}${more}`);
}

const rowsOf = () =>
  memory.client.account.findMany({ select: { provider: true, providerAccountId: true } });

test("the request has PKCE with S256, and the code its verifier", async () => {
  const { searchParams } = await start();
  expect(Object.fromEntries(searchParams)).toEqual({
    response_type: "code",
    client_id: client.id,
    scope: "openid profile email",
    redirect_uri: "http://localhost:3000/api/auth/callback/company",
    state: expect.stringMatching(/^.{22,}$/),
    nonce: expect.stringMatching(/^.{22,}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: "S256",
  });
  issuer.nonce = searchParams.get("nonce") ?? "none";
  expect(await comeBack(`code=c&state=${searchParams.get("state")}`)).toBe("signed_in");
  const verifier = new URLSearchParams(issuer.tokenRequest.body).get("code_verifier") ?? "";
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  expect(challenge).toBe(searchParams.get("code_challenge"));
  expect(await rowsOf()).toEqual([
    { provider: "company", providerAccountId: `${issuer.issuer} member-7` },
  ]);
});

const BASIC = `Basic ${Buffer.from("our-client:a+client+secret+of+more+than+32+characters").toString("base64")}`;

test.each<[methods: unknown, how: "basic" | "body" | "unverified"]>([
  [undefined, "basic"], // Discovery section 3
  [["client_secret_basic", "client_secret_post"], "basic"],
  [["private_key_jwt", "client_secret_basic"], "basic"],
  [["client_secret_post"], "body"],
  [["client_secret_post", "private_key_jwt"], "body"],
  [["private_key_jwt", "none"], "unverified"],
  ["client_secret_post", "basic"], // no list
])("with the methods %j the secret goes as %s", async (methods, how) => {
  issuer.metadata = { token_endpoint_auth_methods_supported: methods };
  expect(await signIn()).toBe(how === "unverified" ? how : "signed_in");
  const { authorization, body } = issuer.tokenRequest;
  expect(authorization).toBe(how === "basic" ? BASIC : undefined);
  expect(new URLSearchParams(body).get("client_secret")).toBe(
    how === "body" ? client.secret : null,
  );
  if (how === "unverified") expect(issuer.asked.token).toBe(0);
});

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const elliptic = { ...publicKey.export({ format: "jwk" }), kid: "two", use: "sig" };

type Header = Record<string, unknown>;
const signed = (header: Header, how: (input: string) => Buffer) => () => {
  issuer.idToken = (given, claims) => compact({ ...given, ...header }, claims, how);
};
const byRs256 = () => {};
const byPs256 = signed({ alg: "PS256" }, ps(256, ours));
const byHs256 = (secret: string) => signed({ alg: "HS256" }, hs256(secret));
const byNone = signed({ alg: "none" }, () => Buffer.alloc(0));
const publicPem = String(ours.publicKey.export({ type: "spki", format: "pem" }));
const byEs256 = signed({ alg: "ES256", kid: "two" }, es(256, { privateKey }));

test.each<[alg: string, declared: unknown, end: string, sign: () => void]>([
  ["RS256", ["RS256"], "signed_in", byRs256],
  ["PS256", ["RS256", "PS256"], "signed_in", byPs256],
  ["ES256", ["ES256"], "signed_in", byEs256],
  ["RS256", undefined, "signed_in", byRs256],
  ["PS256", ["RS256"], "unverified", byPs256],
  ["ES256", ["RS256", "PS256"], "unverified", byEs256],
  ["RS256", ["ES256"], "unverified", byRs256],
  ["PS256", undefined, "unverified", byPs256],
  ["RS512", ["RS256", "RS512"], "unverified", signed({ alg: "RS512" }, rs(512, ours))],
  ["HS256", ["RS256", "HS256"], "unverified", byHs256(client.secret)],
  ["HS256", ["HS256"], "unverified", byHs256(client.secret)],
  ["HS256 and our public key", ["RS256", "HS256"], "unverified", byHs256(publicPem)],
  ["none", ["RS256", "none"], "unverified", byNone],
  ["none", ["none"], "unverified", byNone],
  ["RS256 and another key", ["RS256"], "unverified", () => Object.assign(issuer, { key: forged })],
])("an ID token signed with %s at an issuer that declares %j: %s", async (_, declared, end, by) => {
  issuer.keys = [ours.jwk, elliptic];
  issuer.metadata = { id_token_signing_alg_values_supported: declared };
  by();
  expect(await signIn()).toBe(end);
  expect(await rowsOf()).toHaveLength(end === "signed_in" ? 1 : 0);
});

test.each<[claims: Header, end: string]>([
  [{ hd: "acme.example" }, "signed_in"],
  [{ hd: ["other.example", "acme.example"] }, "signed_in"],
  [{}, "not_admitted"],
  [{ hd: "other.example" }, "not_admitted"],
  [{ hd: "ACME.example" }, "not_admitted"],
  [{ hd: "acme.example " }, "not_admitted"],
  [{ hd: "acme.example.attacker.example" }, "not_admitted"],
  [{ hd: "" }, "not_admitted"],
  [{ hd: null }, "not_admitted"],
  [{ hd: true }, "not_admitted"],
  [{ hd: [] }, "not_admitted"],
  [{ hd: [["acme.example"]] }, "not_admitted"],
  [{ hd: { "acme.example": true } }, "not_admitted"],
  [{ HD: "acme.example" }, "not_admitted"],
  [{ email: "anna@acme.example", email_verified: true }, "not_admitted"],
])("with a claim required, an ID token with %j: %s", async (claims, end) => {
  setUp({ COMPANY_LOGIN_REQUIRED_CLAIM: "hd=acme.example" });
  issuer.claims = claims;
  issuer.userinfo = { hd: "acme.example" }; // which counts for nothing
  expect(await signIn()).toBe(end);
  expect(await memory.client.user.count()).toBe(end === "signed_in" ? 1 : 0);
});

test("the claim must be the provider's: one that every object has is none", async () => {
  setUp({ COMPANY_LOGIN_REQUIRED_CLAIM: "constructor=x" });
  expect(await signIn()).toBe("not_admitted");
});

test.each<[about: string, end: string, lie: () => void]>([
  ["userinfo is another's", "unverified", () => Object.assign(issuer.userinfo, { sub: "other" })],
  [
    "the ID token is another client's",
    "unverified",
    () => Object.assign(issuer.claims, { aud: "x" }),
  ],
  [
    "it is another issuer's",
    "unverified",
    () => Object.assign(issuer.claims, { iss: "https://x" }),
  ],
  ["it is of another flow", "unverified", () => Object.assign(issuer.claims, { nonce: "other" })],
  ["it is over", "unverified", () => Object.assign(issuer.claims, { exp: 1 })],
  ["there is none", "unverified", () => Object.assign(issuer.tokens, { id_token: undefined })],
  ["it has no sub", "unverified", () => Object.assign(issuer.claims, { sub: undefined })],
  [
    "the issuer is another",
    "unverified",
    () => Object.assign(issuer.metadata, { issuer: "https://x" }),
  ],
])("%s: %s, and no user", async (_, end, lie) => {
  lie();
  expect(await signIn()).toBe(end);
  expect(await memory.client.user.count()).toBe(0);
});

test.each<[says: string, always: boolean, end: string, answer: () => string]>([
  ["its name", true, "signed_in", () => `&iss=${encodeURIComponent(issuer.issuer)}`],
  ["another's", false, "unverified", () => "&iss=https://other.example"],
  ["nothing", true, "unverified", () => ""],
  ["nothing", false, "signed_in", () => ""],
])(
  "an answer that says %s, where it must: %s, ends %s (RFC 9207)",
  async (_, always, end, answer) => {
    issuer.metadata = { authorization_response_iss_parameter_supported: always };
    expect(await signIn(answer())).toBe(end);
    if (end !== "signed_in") expect(issuer.asked.token).toBe(0);
  },
);

test("it links nothing, also for who is signed in", async () => {
  expect(await signIn()).toBe("signed_in");
  const { searchParams } = await start("link");
  expect(searchParams.get("problem")).toBe("not_offered");
});

test("no token is in the database afterwards, nor a code", async () => {
  issuer.tokens = { refresh_token: "a refresh token", access_token: "an access token" };
  expect(await signIn()).toBe("signed_in");
  const [link] = await memory.client.account.findMany();
  expect(link).toMatchObject({ access_token: null, refresh_token: null, id_token: null });
  expect(await memory.client.codeExchange.count()).toBe(0);
  expect(await memory.client.revocation.count()).toBe(0);
});

test("who signs out is led to the provider's own page where it has one", async () => {
  expect(await signIn()).toBe("signed_in");
  const { signOutThereToo } = await import("./single-logout");
  expect(await signOutThereToo()).toContain("/sign-in?done=signed_out");

  vi.resetModules();
  issuer.metadata = { end_session_endpoint: `${issuer.url}/logout?ui=de` };
  expect(await signIn()).toBe("signed_in");
  const { logoutOffer, signOutThereToo: leave } = await import("./single-logout");
  expect(await logoutOffer()).toEqual({ connection: "company" });
  const address = new URL(await leave());
  expect(address.origin + address.pathname).toBe(`${issuer.url}/logout`);
  expect(Object.fromEntries(address.searchParams)).toEqual({
    ui: "de",
    client_id: client.id,
    post_logout_redirect_uri: "http://localhost:3000/api/auth/callback/company",
    state: expect.stringMatching(/^[\w-]{43}$/),
  });
  const back = await comeBack(`state=${address.searchParams.get("state")}`);
  expect(back).toBe("signed_out");
});

test("a provider that does not answer keeps no one from signing out here", async () => {
  expect(await signIn()).toBe("signed_in");
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, resolve));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  vi.resetModules();
  setUp({ COMPANY_LOGIN_ISSUER: `http://localhost:${port}` });
  const { logoutOffer, signOutThereToo } = await import("./single-logout");
  const begun = Date.now();
  const leaving = signOutThereToo();
  await vi.waitFor(async () => expect(await memory.client.session.count()).toBe(0), 500);
  expect(await leaving).toBe("/sign-in?done=signed_out");
  expect(await logoutOffer()).toBeNull();
  expect(Date.now() - begun).toBeLessThan(4_000);
}, 20_000);

test("at the start an issuer that cannot be talked to as it wants is named", async () => {
  const { connections } = await import("@/lib/conversation/configuration");
  const { issuerNotices } = await import("@/lib/conversation/issuers");
  issuer.metadata = { id_token_signing_alg_values_supported: ["HS256"] };
  expect(await issuerNotices(connections())).toEqual([
    `COMPANY_LOGIN_ISSUER is ${issuer.issuer}, and no one can sign in with it. The issuer signs ID tokens with none of RS256, PS256, ES256.`,
  ]);
});

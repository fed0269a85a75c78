import { NextRequest } from "next/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { client, type Provider, provider, providerVariables } from "@/lib/oauth/openid/testing";
import { Jar } from "../testing";

/** What an OpenID provider sends a person back with: all the way from start to session, or to the page that says why not. */

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
  for (const [name, value] of Object.entries(providerVariables(issuer))) vi.stubEnv(name, value);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await memory.close();
});

/** Where a flow goes first. */
async function start() {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { startFlow } = await import("./start");
  const connection = findConnection("spark");
  if (!connection) throw new Error("no connection");
  return new URL(await startFlow(connection, "signin", "/dashboard"), "http://localhost:3000");
}

/** Leaves for the provider, which notes the nonce; resolves to the flow's state. */
async function leave() {
  const { searchParams } = await start();
  issuer.nonce = searchParams.get("nonce") ?? "none";
  return searchParams.get("state") ?? "none";
}

/** Comes back from the provider; resolves to what the page says. */
async function comeBack(query: string) {
  const { callback } = await import("./callback");
  const url = `http://localhost:3000/api/auth/callback/spark?${query}`;
  const request = new NextRequest(url, { headers: { cookie: browser.header() } });
  const response = await callback(request, "spark");
  browser.take(response);
  return endOf(response.headers.get("location") ?? "");
}

function endOf(location: string) {
  const { searchParams } = new URL(location, "http://localhost:3000");
  return searchParams.get("done") ?? searchParams.get("problem") ?? location;
}

/** No user was let in, and no code was spent. */
async function nothingHappened() {
  expect(issuer.asked).toMatchObject({ token: 0, elsewhere: 0 });
  expect(browser.get("portico-3000.session-token")).toBeUndefined();
  expect(await memory.client.user.count()).toBe(0);
}

test("the request is that of Core 3.1.2.1, with a state and a nonce of its own each time", async () => {
  const { origin, pathname, searchParams: first } = await start();
  expect(origin + pathname).toBe(`${issuer.url}/authorize`);
  expect(Object.fromEntries(first)).toEqual({
    response_type: "code",
    client_id: client.id,
    scope: "openid",
    redirect_uri: "http://localhost:3000/api/auth/callback/spark",
    state: expect.stringMatching(/^.{22,}$/),
    nonce: expect.stringMatching(/^.{22,}$/),
  });
  const { searchParams: second } = await start();
  expect(second.get("state")).not.toBe(first.get("state"));
  expect(second.get("nonce")).not.toBe(first.get("nonce"));
});

type Case = [about: string, section: string, end: string, (good: string, iss: string) => string];

test.each<Case>([
  ["code and state", "RFC 6749 4.1.2", "signed_in", (good) => good],
  ["an unknown parameter", "RFC 6749 4.1.2", "signed_in", (good) => `${good}&session_state=s`],
  ["an ID token of anybody's", "Core 3.1.2.5", "signed_in", (good) => `${good}&id_token=e30.e30.`],
  ["iss right", "RFC 9207 2.4", "signed_in", (good, iss) => `${good}&iss=${iss}`],
  ["iss of another", "RFC 9207 2.4", "unverified", (good) => `${good}&iss=https://other.example`],
  ["iss with a slash", "RFC 9207 2.4", "unverified", (good, iss) => `${good}&iss=${iss}/`],
  [
    "iss in capitals",
    "RFC 9207 2.4",
    "unverified",
    (good, iss) => `${good}&iss=${iss.toUpperCase()}`,
  ],
  ["iss empty", "RFC 9207 2.4", "unverified", (good) => `${good}&iss=`],
  ["iss twice", "RFC 6749 3.1", "answer_malformed", (good, iss) => `${good}&iss=${iss}&iss=${iss}`],
  ["code twice", "RFC 6749 3.1", "answer_malformed", (good) => `${good}&code=other`],
  ["state twice", "RFC 6749 3.1", "answer_malformed", (good) => `${good}&state=other`],
  ["another state", "RFC 6749 10.12", "flow_missing", () => "code=c&state=other"],
  ["state empty", "RFC 6749 10.12", "state_missing", () => "code=c&state="],
  ["no state", "RFC 6749 10.12", "state_missing", () => "code=c"],
  ["no code", "RFC 6749 4.1.2", "answer_malformed", (good) => good.replace("code=c&", "")],
  ["code empty", "RFC 6749 4.1.2", "answer_malformed", (good) => good.replace("code=c", "code=")],
  [
    "an error and a code",
    "RFC 6749 4.1.2.1",
    "access_denied",
    (good) => `${good}&error=access_denied`,
  ],
  [
    "an error and iss right",
    "RFC 9207 2.4",
    "access_denied",
    (good, iss) => `${good.replace("code=c&", "")}&error=access_denied&iss=${iss}`,
  ],
  [
    "an error and iss of another",
    "RFC 9207 2.4",
    "unverified",
    (good) => `${good.replace("code=c&", "")}&error=access_denied&iss=https://other.example`,
  ],
  ["an error of no name and a code", "RFC 6749 3.1", "signed_in", (good) => `${good}&error=`],
])("an answer with %s (%s): %s", async (_about, _section, end, answer) => {
  const state = await leave();
  expect(await comeBack(answer(`code=c&state=${state}`, issuer.issuer))).toBe(end);
  if (end !== "signed_in") await nothingHappened();
});

test.each<Case>([
  ["iss of another", "RFC 9207 2.4", "unverified", (good) => `${good}&iss=https://other.example`],
  ["no iss", "RFC 9207 2.4", "unverified", (good) => good],
  ["iss right", "RFC 9207 2.4", "signed_in", (good, iss) => `${good}&iss=${iss}`],
])("of a provider that promises iss, an answer with %s (%s): %s", promisedIss);

async function promisedIss(...[_about, _section, end, answer]: Case) {
  issuer.metadata = { authorization_response_iss_parameter_supported: true };
  const state = await leave();
  expect(await comeBack(answer(`code=c&state=${state}`, issuer.issuer))).toBe(end);
  if (end !== "signed_in") await nothingHappened();
}

test.each([
  ["access_denied", "RFC 6749 4.1.2.1", "access_denied"],
  ["temporarily_unavailable", "RFC 6749 4.1.2.1", "failing"],
  ["unauthorized_client", "RFC 6749 4.1.2.1", "invalid_client"],
  ["unsupported_response_type", "RFC 6749 4.1.2.1", "refused"],
  ["login_required", "Core 3.1.2.6", "refused"],
  ["<script>", "RFC 6749 A.7", "refused"],
])(
  "the error %s (%s) is told as %s, and a code that follows is too late",
  async (error, _section, end) => {
    const state = await leave();
    expect(await comeBack(`error=${error}&error_description=No.&state=${state}`)).toBe(end);
    expect(await comeBack(`code=c&state=${state}`)).toBe("flow_used");
    await nothingHappened();
  },
);

test("an error without a state (RFC 6749 4.1.2.1) ends no flow", async () => {
  const state = await leave();
  expect(await comeBack("error=access_denied")).toBe("state_missing");
  expect(await comeBack(`code=c&state=${state}`)).toBe("signed_in");
});

test("an answer in a browser that has not asked (RFC 6749 10.12) lets no user in", async () => {
  const state = await leave();
  browser = new Jar();
  at.jar = browser;
  expect(await comeBack(`code=c&state=${state}`)).toBe("flow_missing");
  await nothingHappened();
});

test("who signs in is who the ID token says, with the claims of userinfo: Core 5.3.2", async () => {
  issuer.userinfo = { email: "anna@example.com" };
  expect(await comeBack(`code=c&state=${await leave()}`)).toBe("signed_in");
  expect(await memory.client.user.findFirst()).toMatchObject({
    name: "Anna Peeters",
    email: "anna@example.com",
  });
  expect(await memory.client.account.findFirst()).toMatchObject({ providerAccountId: "member-7" });
});

test("scopes that are set (Core 5.4) are asked for, and what userinfo tells for them is kept", async () => {
  vi.stubEnv("SPARK_SCOPE", "openid profile email RESO FBS");
  const office = { OfficeKey: "20070105120000000000000000", OfficeMlsId: "riv01" };
  issuer.userinfo = { name: "Anna Peeters", email: "anna@example.com", ...office };
  const { searchParams } = await start();
  expect(searchParams.get("scope")).toBe("openid profile email RESO FBS");
  issuer.nonce = searchParams.get("nonce") ?? "none";
  expect(await comeBack(`code=c&state=${searchParams.get("state")}`)).toBe("signed_in");
  expect(await memory.client.user.findFirst()).toMatchObject({
    name: "Anna Peeters",
    email: "anna@example.com",
  });
  expect(await memory.client.account.findFirst()).toMatchObject({
    member: { office: { officeKey: office.OfficeKey, officeMlsId: "riv01", memberMlsId: null } },
  });
});

test("tokens in the portal's answer (RFC 9700 2.1.2) are not taken, alone or beside a code", async () => {
  const state = await leave();
  expect(await comeBack(`access_token=stolen&token_type=Bearer&state=${state}`)).toBe(
    "answer_malformed",
  );
  await nothingHappened();
  const next = await leave();
  expect(await comeBack(`code=c&access_token=stolen&state=${next}`)).toBe("signed_in");
  expect(issuer.bearer).toBe("Bearer access-token");
});

test("an answer is good once (RFC 6749 4.1.2): its code is not sent again", async () => {
  const state = await leave();
  const answer = `code=c&state=${state}`;
  expect(await comeBack(answer)).toBe("signed_in");
  await comeBack(answer);
  expect(issuer.asked.token).toBe(1);
  expect(await memory.client.session.count()).toBe(1);
});

test("an ID token with the nonce of another flow (Core 3.1.3.7 step 11) lets no user in, even in the same browser", async () => {
  const first = await leave();
  const second = await leave(); // whose nonce the provider goes on with
  expect(await comeBack(`code=c&state=${first}`)).toBe("unverified");
  expect(await memory.client.user.count()).toBe(0);
  expect(await comeBack(`code=c&state=${second}`)).toBe("signed_in");
});

test.each([
  ["an exp within the tolerance", "Core 2", () => ({ claims: { exp: seconds() - 20 } })],
  [
    "an iat within the tolerance",
    "Core 3.1.3.7 step 10",
    () => ({ claims: { iat: seconds() + 20 } }),
  ],
  ["aud with us alone in a list", "Core 2", () => ({ claims: { aud: [client.id] } })],
  [
    "several in aud, azp ours",
    "Core 3.1.3.7 step 5",
    () => ({ claims: { aud: ["other", client.id], azp: client.id } }),
  ],
  ["no kid", "Core 10.1", () => ({ header: { kid: undefined } })],
  ["no end of the token", "RFC 6749 5.1", () => ({ tokens: { expires_in: undefined } })],
  ["no userinfo to ask", "Discovery 3", () => ({ metadata: { userinfo_endpoint: undefined } })],
])(
  "what an exchange takes is taken to the end: an answer with %s (%s)",
  async (_about, _section, told) => {
    Object.assign(issuer, told());
    const state = await leave();
    expect(await comeBack(`code=c&state=${state}`)).toBe("signed_in");
  },
);

function seconds() {
  return Math.floor(Date.now() / 1000);
}

test("a provider whose metadata is another's (Discovery 4.3) is not gone to, until it is put right", async () => {
  issuer.metadata = { issuer: "https://other.example" };
  expect(endOf((await start()).href)).toBe("unverified");
  issuer.metadata = {};
  expect((await start()).origin).toBe(issuer.url);
});

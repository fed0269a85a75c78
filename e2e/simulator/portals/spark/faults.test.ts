import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { openSimulator, type RunningSimulator } from "../../testing";
import {
  api,
  authorize,
  codeFor,
  exchange,
  grantForCode,
  key,
  oauth2CodeFor,
  userinfo,
} from "./testing";

/** Spark's faults and options. */

async function idTokenFor({ origin, visitor }: RunningSimulator): Promise<string> {
  const answer = await exchange(origin, await codeFor(visitor(), "Sandra Key"));
  return (await answer.json()).id_token;
}

function documentAt(origin: string, path = "/.well-known/openid-configuration") {
  return fetch(`${origin}/sparkplatform.com${path}`, { redirect: "manual" });
}

/** The checks of a strict client: section 3.1.3.7, with points 3 to 5 and 10. */
async function verify({ origin }: RunningSimulator, idToken: string) {
  const keys = createLocalJWKSet(await (await documentAt(origin, "/openid/jwks.json")).json());
  const { payload } = await jwtVerify(idToken, keys, {
    algorithms: ["RS256"],
    issuer: `${origin}/sparkplatform.com`,
    audience: key.client_id,
    requiredClaims: ["sub", "iat", "exp"],
    maxTokenAge: 600,
  });
  const { nonce, aud, azp } = payload;
  if (nonce !== "a-nonce") throw new Error("unexpected nonce");
  if (Array.isArray(aud) && azp === undefined) throw new Error("missing azp");
  if (azp !== undefined && azp !== key.client_id) throw new Error("unexpected azp");
  return payload;
}

test.each([
  ["wrong-iss", 'unexpected "iss" claim value'],
  ["wrong-aud", 'unexpected "aud" claim value'],
  ["extra-aud-no-azp", "missing azp"],
  ["wrong-azp", "unexpected azp"],
  ["expired", '"exp" claim timestamp check failed'],
  ["future-iat", '"iat" claim timestamp check failed'],
  ["wrong-nonce", "unexpected nonce"],
  ["no-nonce", "unexpected nonce"],
  ["alg-none", '"alg" (Algorithm) Header Parameter value not allowed'],
  ["hs256-with-secret", '"alg" (Algorithm) Header Parameter value not allowed'],
  ["hs256-with-public-key", '"alg" (Algorithm) Header Parameter value not allowed'],
  ["forged-signature", "signature verification failed"],
  ["unknown-kid", "no applicable key found"],
  ["missing-sub", 'missing required "sub" claim'],
])("a strict client rejects an ID token with %s", async (kind, message) => {
  const simulator = await openSimulator();
  expect(await verify(simulator, await idTokenFor(simulator))).toMatchObject({ nonce: "a-nonce" });
  await simulator.control("PUT", "/faults", { at: "token", kind, times: 1 });
  await expect(verify(simulator, await idTokenFor(simulator))).rejects.toThrow(message);
  await expect(verify(simulator, await idTokenFor(simulator))).resolves.toBeDefined();
});

test("an ID token with a fault is wrong in one thing only", async () => {
  const simulator = await openSimulator();
  const good = decodeJwt(await idTokenFor(simulator));
  await simulator.control("PUT", "/faults", { at: "token", kind: "alg-none", times: 1 });
  const unsigned = await idTokenFor(simulator);
  expect(decodeProtectedHeader(unsigned)).toMatchObject({ alg: "none", kid: "default" });
  expect(unsigned.endsWith(".")).toBe(true);
  expect(Object.keys(decodeJwt(unsigned))).toEqual(Object.keys(good));
  await simulator.control("PUT", "/faults", { at: "token", kind: "hs256-with-secret", times: 1 });
  const symmetric = await idTokenFor(simulator);
  const secret = new TextEncoder().encode(key.client_secret);
  await expect(jwtVerify(symmetric, secret)).resolves.toBeDefined();
});

test("missing-id-token removes the ID token, and does not change OAuth 2 answers", async () => {
  const { origin, control, visitor } = await openSimulator();
  await control("PUT", "/faults", { at: "token", kind: "missing-id-token" });
  const tokens = await (await exchange(origin, await codeFor(visitor(), "Sandra Key"))).json();
  expect(tokens).toHaveProperty("access_token");
  expect(tokens).not.toHaveProperty("id_token");
  const oauth2 = await grantForCode(origin, await oauth2CodeFor(visitor(), "Sandra Key"));
  expect(await oauth2.json()).toHaveProperty("access_token");
  const refused = await exchange(origin, "no-such-code");
  expect(await refused.json()).toMatchObject({ error: "invalid_grant" });
});

test.each([
  ["invalid-client", 401, "invalid_client"],
  ["invalid-grant", 400, "invalid_grant"],
])(
  "%s comes before the code is spent, with the wording of each protocol",
  async (kind, status, error) => {
    const { origin, control, visitor } = await openSimulator();
    const code = await codeFor(visitor(), "Sandra Key");
    const oauth2Code = await oauth2CodeFor(visitor(), "Sandra Key");
    await control("PUT", "/faults", { at: "token", kind });
    const refused = await exchange(origin, code);
    expect(refused.status).toBe(status);
    expect(await refused.json()).toMatchObject({ error });
    expect(await (await grantForCode(origin, oauth2Code)).json()).toMatchObject({ error });
    await control("DELETE", "/faults");
    expect((await exchange(origin, code)).status).toBe(200);
    expect((await grantForCode(origin, oauth2Code)).status).toBe(200);
  },
);

test.each([
  ["other-sub", 200, /"sub":"another-subject"/],
  ["no-sub", 200, /^\{"name"/],
  ["unauthorized", 401, /invalid_token/],
  ["html-200", 200, /^<h1>/],
  ["not-json", 200, /^\{"access_token": $/],
  ["error-500", 500, /^<h1>/],
])("%s is a fault of UserInfo", async (kind, status, body) => {
  const { origin, control, visitor } = await openSimulator();
  const tokens = await (await exchange(origin, await codeFor(visitor(), "Sandra Key"))).json();
  await control("PUT", "/faults", { at: "userinfo", kind });
  const answer = await userinfo(origin, tokens.access_token);
  expect(answer.status).toBe(status);
  expect(await answer.text()).toMatch(body);
});

test.each([
  ["wrong-issuer", 200, /"issuer":"https:\/\/sparkplatform.example"/],
  ["missing-endpoints", 200, /^(?!.*"(authorization|token)_endpoint")/],
  ["html", 200, /^<h1>/],
  ["not-json", 200, /^\{"access_token": $/],
  ["error-404", 404, /Not Found/],
  ["error-500", 500, /^<h1>/],
  ["redirect-302", 302, /^$/],
])("%s is a fault of discovery", async (kind, status, body) => {
  const { origin, control } = await openSimulator();
  await control("PUT", "/faults", { at: "discovery", kind, times: 1 });
  const answer = await documentAt(origin);
  expect(answer.status).toBe(status);
  expect(await answer.text()).toMatch(body);
  expect((await documentAt(origin)).status).toBe(200);
});

test.each([
  ["no-keys", 200, /^\{"keys":\[\]\}$/],
  ["empty-200", 200, /^$/],
  ["not-json", 200, /^\{"access_token": $/],
  ["error-500", 500, /^<h1>/],
])("%s is a fault of the keys", async (kind, status, body) => {
  const { origin, control } = await openSimulator();
  await control("PUT", "/faults", { at: "keys", kind, times: 1 });
  const answer = await documentAt(origin, "/openid/jwks.json");
  expect(answer.status).toBe(status);
  expect(await answer.text()).toMatch(body);
});

test.each([
  ["code-1000", 401, 1000],
  ["code-1010", 401, 1010],
  ["code-1013", 403, 1013],
  ["code-1015", 403, 1015],
  ["code-1019", 403, 1019],
  ["code-1020", 401, 1020],
  ["code-1020-oauth", 401, 1020],
  ["code-1023", 503, 1023],
  ["code-1500", 403, 1500],
  ["code-1550", 429, 1550],
])("the API can answer %s with status %i", async (kind, status, code) => {
  const { origin, control } = await openSimulator();
  for (const [at, path] of [
    ["me", "/v1/my/account"],
    ["api", "/v1/my/listings"],
  ] as const) {
    await control("PUT", "/faults", { at, kind, times: 1 });
    const answer = await api(origin, path, "Bearer unknown");
    expect(answer.status).toBe(status);
    expect(answer.headers.get("retry-after")).toBe(code === 1550 ? "30" : null);
    expect(await answer.json()).toMatchObject({ D: { Success: false, Code: code } });
  }
});

test.each([
  ["unauthorized", 401, /"Code":1000/],
  ["error-body-200", 200, /"Success":false/],
  ["no-results", 200, /"Results":\[\]/],
  ["no-id", 200, /"Results":\[\{"Name"/],
  ["numeric-id", 200, /"Id":\d{26},/],
  ["null-fields", 200, /"Name":null/],
  ["nul-characters", 200, /Sandra\\u0000 Key/],
])("%s is a fault of the account", async (kind, status, body) => {
  const { origin, control, visitor } = await openSimulator();
  const tokens = await (await exchange(origin, await codeFor(visitor(), "Sandra Key"))).json();
  await control("PUT", "/faults", { at: "me", kind });
  const answer = await api(origin, "/v1/my/account", `Bearer ${tokens.access_token}`);
  expect(answer.status).toBe(status);
  expect(await answer.text()).toMatch(body);
});

test.each([
  ["extra-params", "utm_source", "flexmls"],
  ["other-iss", "iss", "https://sparkplatform.example"],
  ["redirect_uri_mismatch", "error", "redirect_uri_mismatch"],
  ["server_error", "error_description", "The request ended with server_error"],
])("%s is a fault of the callback", async (kind, name, value) => {
  const { control, visitor } = await openSimulator();
  await control("PUT", "/faults", { at: "callback", kind });
  const sandra = visitor();
  await codeFor(sandra, "Sandra Key");
  expect(sandra.landedAt?.searchParams.getAll(name)).toEqual([value]);
  expect(sandra.landedAt?.searchParams.get("state")).toBe("a-state");
});

test.each([
  ["rotated", "default"],
  ["renamed", "default-2"],
])("the key can be %s: older ID tokens are then rejected", async (signingKey, kid) => {
  const simulator = await openSimulator();
  const before = await idTokenFor(simulator);
  await simulator.control("POST", "/options", { portal: "spark", signingKey });
  await expect(verify(simulator, before)).rejects.toThrow();
  const after = await idTokenFor(simulator);
  expect(decodeProtectedHeader(after)).toMatchObject({ kid });
  await expect(verify(simulator, after)).resolves.toBeDefined();
  await simulator.control("POST", "/reset");
  await expect(verify(simulator, before)).resolves.toBeDefined();
});

test("an option removes UserInfo", async () => {
  const { origin, control, visitor } = await openSimulator();
  await control("POST", "/options", { portal: "spark", userinfoEndpoint: false });
  expect(await (await documentAt(origin)).json()).not.toHaveProperty("userinfo_endpoint");
  const tokens = await (await exchange(origin, await codeFor(visitor(), "Sandra Key"))).json();
  expect((await userinfo(origin, tokens.access_token)).status).toBe(404);
});

test("an option changes the issuer, in discovery and in ID tokens", async () => {
  const simulator = await openSimulator();
  const issuer = "https://another.example";
  await simulator.control("POST", "/options", { portal: "spark", issuer });
  expect(await (await documentAt(simulator.origin)).json()).toMatchObject({ issuer });
  expect(decodeJwt(await idTokenFor(simulator)).iss).toBe(issuer);
});

test("an option adds iss to the callback, and a fault leaves it out again", async () => {
  const { origin, control, visitor } = await openSimulator();
  await control("POST", "/options", { portal: "spark", authorizationResponseIss: true });
  expect(await (await documentAt(origin)).json()).toMatchObject({
    authorization_response_iss_parameter_supported: true,
  });
  const sandra = visitor();
  await codeFor(sandra, "Sandra Key");
  expect(sandra.landedAt?.searchParams.get("iss")).toBe(`${origin}/sparkplatform.com`);
  await control("PUT", "/faults", { at: "callback", kind: "no-iss" });
  await authorize(sandra, { state: "again" });
  expect(sandra.landedAt?.searchParams.get("state")).toBe("again");
  expect(sandra.landedAt?.searchParams.has("iss")).toBe(false);
});

test("an unknown option is refused", async () => {
  const { control } = await openSimulator();
  const answer = await control("POST", "/options", { portal: "spark", signingKey: "lost" });
  expect(answer.status).toBe(400);
  expect((await control("POST", "/options", { portal: "spark", colour: "red" })).status).toBe(400);
});

test("the control API expires codes", async () => {
  const { origin, control, visitor } = await openSimulator();
  const code = await codeFor(visitor(), "Sandra Key");
  expect(await (await control("POST", "/expire-codes")).json()).toEqual({ expired: 1 });
  expect((await exchange(origin, code)).status).toBe(400);
  expect((await (await control("GET", "/tokens")).json()).codes).toEqual([code]);
});

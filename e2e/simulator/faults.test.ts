import { expect, test } from "vitest";
import { exchange, me, openSimulator, readAccessToken } from "./testing";

/** The control API, and the effect of each kind of fault. */

test("an unknown fault is refused with an error message", async () => {
  const { control } = await openSimulator();
  const unknown = await control("PUT", "/faults", { at: "token", kind: "no-id" });
  expect(unknown.status).toBe(400);
  expect((await unknown.json()).error).toContain('token has no fault "no-id"');
  expect((await control("PUT", "/faults", { at: "nowhere", kind: "hang" })).status).toBe(400);
  const elsewhere = { host: "example.com", at: "token", kind: "hang" };
  expect((await control("PUT", "/faults", elsewhere)).status).toBe(400);
});

test.each([
  ["error-500", 500],
  ["error-503", 503],
  ["html-502", 502],
  ["rate-limited", 429],
  ["redirect-302", 302],
  ["invalid-client", 401],
  ["invalid-grant", 400],
])("%s comes before the code is spent", async (kind, status) => {
  const { origin, control, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  await control("PUT", "/faults", { at: "token", kind, times: 1 });
  expect((await exchange(origin, code)).status).toBe(status);
  expect((await exchange(origin, code)).status).toBe(200);
});

test.each([
  ["html-200", /^<h1>/],
  ["empty-200", /^$/],
  ["not-json", /^\{"access_token": $/],
  ["json-array", /^\[\{"access_token"/],
  ["oversized", /x{5000000}/],
  ["token-type-lowercase", /"token_type":"bearer"/],
  ["extra-fields", /"access_token":.*"example"/],
  ["expires-in-string", /"expires_in":"3600"/],
  ["missing-access-token", /^\{"token_type"/],
])("%s comes with status 200 and after the code is spent", async (kind, body) => {
  const { origin, control, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  await control("PUT", "/faults", { at: "token", kind, times: 1 });
  const answer = await exchange(origin, code);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toMatch(body);
  expect((await exchange(origin, code)).status).toBe(400);
});

test("after reset-before the code can still be used; after reset-after it is spent", async () => {
  const { origin, control, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  await control("PUT", "/faults", { at: "token", kind: "reset-before", times: 1 });
  await expect(exchange(origin, code)).rejects.toThrow();
  await control("PUT", "/faults", { at: "token", kind: "reset-after", times: 1 });
  await expect(exchange(origin, code)).rejects.toThrow();
  expect((await exchange(origin, code)).status).toBe(400);
});

test("hang sends no answer, and drip does not end in time", async () => {
  const { origin, control } = await openSimulator();
  const address = `${origin}/mls-connect.com/api/oauth/me`;
  await control("PUT", "/faults", { at: "me", kind: "hang", times: 1 });
  await expect(fetch(address, { signal: AbortSignal.timeout(300) })).rejects.toThrow();
  await control("PUT", "/faults", { at: "token", kind: "drip", times: 1 });
  const signal = AbortSignal.timeout(1500);
  const dripping = await fetch(`${origin}/mls-connect.com/oauth/token`, { method: "POST", signal });
  expect(dripping.status).toBe(400);
  await expect(dripping.text()).rejects.toThrow();
});

test.each([
  ["unauthorized", 401, /^$/],
  ["error-body-200", 200, /^\{"error"/],
  ["no-id", 200, /^\{"name"/],
  ["numeric-id", 200, /"id":4711/],
  ["null-fields", 200, /"id":"ql4Jgm","name":null/],
  ["nul-characters", 200, /Anna\\u0000 Peeters.*\\ud800/],
  ["html", 200, /^<h1>/],
])("%s is a fault of the member's data", async (kind, status, body) => {
  const { origin, control, visitor } = await openSimulator();
  const token = await readAccessToken(
    await exchange(origin, await visitor().codeFor("Anna Peeters")),
  );
  await control("PUT", "/faults", { at: "me", kind });
  const answer = await me(origin, token);
  expect(answer.status).toBe(status);
  expect(await answer.text()).toMatch(body);
  await control("DELETE", "/faults");
  expect(await (await me(origin, token)).json()).toMatchObject({ id: "ql4Jgm" });
});

test.each([
  ["deny-without-state", ["error", "error_description"]],
  ["no-state", ["code"]],
  ["altered-state", ["code", "state"]],
  ["duplicate-state", ["code", "state", "state"]],
  ["duplicate-code", ["code", "state", "code"]],
  ["extra-params", ["code", "state", "iss", "session_state", "utm_source"]],
  ["server_error", ["error", "error_description", "state"]],
  ["temporarily_unavailable", ["error", "error_description", "state"]],
  ["invalid_scope", ["error", "error_description", "state"]],
  ["unauthorized_client", ["error", "error_description", "state"]],
  ["no-code", ["state"]],
])("%s is a fault of the callback", async (kind, names) => {
  const { control, visitor } = await openSimulator();
  await control("PUT", "/faults", { at: "callback", kind });
  const anna = visitor();
  await anna.codeFor("Anna Peeters", { state: "original" });
  expect([...(anna.landedAt?.searchParams.keys() ?? [])]).toEqual(names);
  expect(anna.landedAt?.searchParams.getAll("state").includes("original")).toBe(
    names.includes("state") && kind !== "altered-state",
  );
});

test("an error page at authorize or after consent does not lead back to the app", async () => {
  const { control, visitor } = await openSimulator();
  await control("PUT", "/faults", { at: "authorize", kind: "error-page", times: 1 });
  expect((await visitor().authorize()).status).toBe(500);
  await control("PUT", "/faults", { at: "callback", kind: "error-page" });
  const anna = visitor();
  await anna.codeFor("Anna Peeters");
  expect(anna.status).toBe(500);
  expect(anna.landedAt).toBeNull();
});

test("a fault of one host does not change the others", async () => {
  const { origin, control, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  const host = "staging.mls-connect.test";
  await control("PUT", "/faults", { host, at: "token", kind: "error-500" });
  expect((await exchange(origin, code)).status).toBe(200);
  expect((await fetch(`${origin}/${host}/oauth/token`, { method: "POST" })).status).toBe(500);
});

test("revocation can be switched off", async () => {
  const { origin, control } = await openSimulator();
  await control("PUT", "/faults", { at: "revoke", kind: "off" });
  const answer = await fetch(`${origin}/mls-connect.com/oauth/revoke`, { method: "POST" });
  expect(answer.status).toBe(404);
});

test("the log counts requests and names what was sent, with values only for token requests", async () => {
  const { origin, control, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters", { state: "secret-state" });
  await me(origin, await readAccessToken(await exchange(origin, code)));
  const report = await (await control("GET", "/requests")).json();
  expect(report.counters).toMatchObject({ authorize: 2, token: 1, me: 1, revoke: 0, api: 0 });
  expect(report.requests.at(-2)).toMatchObject({
    method: "POST",
    path: "/mls-connect.com/oauth/token",
    at: "token",
    authorization: false,
    body: { contentType: "application/json", fields: { code, grant_type: "authorization_code" } },
  });
  expect(report.requests.at(-1)).toMatchObject({ at: "me", authorization: true, query: [] });
  expect(JSON.stringify(report)).not.toContain("secret-state");
});

test("codes can be expired, secrets are listed, and a reset removes everything", async () => {
  const { origin, control, visitor } = await openSimulator();
  const anna = visitor();
  const code = await anna.codeFor("Anna Peeters");
  expect(await (await control("POST", "/expire-codes")).json()).toEqual({ expired: 1 });
  expect((await exchange(origin, code)).status).toBe(400);
  const token = await readAccessToken(
    await exchange(origin, await visitor().codeFor("Bram Declercq")),
  );
  const issued = await (await control("GET", "/tokens")).json();
  expect(issued.codes).toContain(code);
  expect(issued.accessTokens).toEqual([token]);

  expect((await control("POST", "/reset")).status).toBe(200);
  expect((await me(origin, token)).status).toBe(401);
  await anna.authorize();
  expect(anna.page).toContain("Log in to Federia");
  const forgotten = await (await control("GET", "/tokens")).json();
  expect(forgotten).toMatchObject({ accessTokens: [], refreshTokens: [], codes: [] });
});

test("the control API answers an unknown person or path with an error message", async () => {
  const { control } = await openSimulator();
  const unknown = await control("POST", "/revoke", { person: "Max Unknown", board: "federia" });
  expect(unknown.status).toBe(400);
  expect((await unknown.json()).error).toBe("There is no Max Unknown on the board federia.");
  expect((await control("POST", "/explode")).status).toBe(404);
});

test.each([
  ["blocked-403", 403, /blocked/],
  ["proxy-401", 401, /nginx/],
  ["page-400", 400, /Bad Request/],
  ["empty-403", 403, /^$/],
  ["forbidden-json", 403, /^\{"message":"Forbidden"\}$/],
  ["unauthorized-json", 401, /"error":"Unauthorized"/],
  ["denied-text", 403, /^RBAC/],
  ["timeout-408", 408, /^$/],
  ["not-now", 400, /temporarily_unavailable/],
  ["too-often-without-time", 429, /Too Many/],
  ["maintenance-200", 200, /back soon/],
  ["maintenance-json-200", 200, /^\{"message"/],
  ["error-200", 200, /temporarily_unavailable/],
])("%s comes from before the portal: the code can still be used", async (kind, status, body) => {
  const { origin, control, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  await control("PUT", "/faults", { at: "token", kind, times: 1 });
  const answer = await exchange(origin, code);
  expect(answer.status).toBe(status);
  expect(await answer.text()).toMatch(body);
  expect(answer.headers.has("www-authenticate")).toBe(kind === "proxy-401");
  expect((await exchange(origin, code)).status).toBe(200);
});

import { createHmac } from "node:crypto";
import { request } from "node:http";
import { expect, test } from "vitest";
import { callback, openImmoScout24, readToken } from "./testing";

/** The way to an access token, with each refusal once. */

const messageOf = async (answer: Response) => {
  const body = await answer.json();
  return body["common.messages"][0].message as { messageCode: string; message: string };
};

const required = "ERROR_COMMON_AUTHENTICATION_REQUIRED";
const nonceExpired = "ERROR_COMMON_AUTHENTICATION_OAUTH_NONCE_EXPIRED";

test("a person authorizes the app, and the app gets an access token", async () => {
  const { askForRequestToken, askForAccessToken, confirm, me } = await openImmoScout24();
  const answer = await askForRequestToken();
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("text/plain");
  const body = await answer.text();
  expect(body).toMatch(
    /^oauth_token=[0-9a-f-]{36}&oauth_token_secret=(?=.*%2B)(?=.*%2F).*%3D&oauth_callback_confirmed=true$/,
  );
  const token = await readToken(new Response(body));

  const greta = await confirm(token);
  expect(greta.page).toContain("Log in to ImmoScout24");
  await greta.press("Greta Schulz");
  await greta.press("Authorize");
  expect([...(greta.landedAt?.searchParams ?? [])]).toEqual([
    ["flow", "a b"],
    ["oauth_token", token.value],
    ["oauth_verifier", expect.stringMatching(/^[A-Za-z0-9]{6}$/)],
    ["state", "authorized"],
  ]);
  const verifier = greta.landedAt?.searchParams.get("oauth_verifier") ?? "";
  const granted = await askForAccessToken(token, verifier);
  expect(granted.status).toBe(200);
  const accessToken = await readToken(granted);
  expect(accessToken.value).not.toBe(token.value);
  expect((await me(accessToken)).status).toBe(200);
});

test("a request that was signed by hand is accepted", async () => {
  const { origin } = await openImmoScout24();
  const address = `${origin}/rest.immobilienscout24.de/restapi/security/oauth/request_token`;
  const timestamp = Math.floor(Date.now() / 1000);
  const parameters = [
    "oauth_callback=http%3A%2F%2Flocalhost%3A3000%2Fcb",
    "oauth_consumer_key=simulated-immoscout24",
    "oauth_nonce=by-hand",
    "oauth_signature_method=HMAC-SHA1",
    `oauth_timestamp=${timestamp}`,
  ];
  const base = `GET&${encodeURIComponent(address)}&${encodeURIComponent(parameters.join("&"))}`;
  const signature = createHmac("sha1", "simulated%2Bsecret%2Fimmoscout24%3D&")
    .update(base)
    .digest("base64");
  const pairs = [...parameters, `oauth_signature=${encodeURIComponent(signature)}`];
  const authorization = `OAuth ${pairs.map((pair) => `${pair.replace("=", '="')}"`).join(",")}`;
  const headers = { accept: "text/plain", authorization };
  expect((await fetch(address, { headers })).status).toBe(200);
});

test("both token endpoints accept GET and POST", async () => {
  const { authorized, askForAccessToken } = await openImmoScout24();
  const { token, verifier } = await authorized("Greta Schulz", { method: "GET" });
  expect((await askForAccessToken(token, verifier, { method: "GET" })).status).toBe(200);
});

const notAHeader = "Not an OAuth Authorization header";
const invalidSignature = "Invalid signature for signature method HMAC-SHA1";
const notRegistered = "The callback is not registered";
const missing = (name: string) => `Missing required parameter: ${name}`;
const badTimestamp = "Timestamp must be a positive integer";
const form = { "content-type": "application/x-www-form-urlencoded" };

test.each([
  ["no Authorization header", { header: () => "" }, "No Authorization header"],
  ["another scheme", { header: (value: string) => value.replace("OAuth", "Bearer") }, notAHeader],
  [
    "a parameter in bare words",
    { header: (value: string) => value.replaceAll('"', "") },
    notAHeader,
  ],
  [
    "an unencoded signature",
    { header: (value: string) => value.replaceAll("%3D", "=") },
    notAHeader,
  ],
  [
    "a realm",
    { header: (value: string) => value.replace("OAuth ", 'OAuth realm="x", ') },
    "Unknown parameter: realm",
  ],
  [
    "a parameter that came twice",
    { header: (value: string) => `${value}, oauth_version="1.0"` },
    "A parameter came twice",
  ],
  [
    "an unknown OAuth parameter",
    { oauth: { oauth_colour: "red" } },
    "Unknown parameter: oauth_colour",
  ],
  ["a parameter of its own", { oauth: { colour: "red" } }, "Unknown parameter: colour"],
  [
    "an unsigned parameter",
    { oauth: { oauth_version: undefined }, unsigned: { oauth_version: "1.0" } },
    invalidSignature,
  ],
  ["a token", { oauth: { oauth_token: "x" } }, "Unknown parameter: oauth_token"],
  ["an empty token", { oauth: { oauth_token: "" } }, "Unknown parameter: oauth_token"],
  ["no callback", { oauth: { oauth_callback: undefined } }, missing("oauth_callback")],
  ["an empty callback", { oauth: { oauth_callback: "" } }, missing("oauth_callback")],
  ["a callback elsewhere", { oauth: { oauth_callback: "https://evil.example/" } }, notRegistered],
  ["a callback out of band", { oauth: { oauth_callback: "oob" } }, notRegistered],
  ["a callback with a fragment", { oauth: { oauth_callback: `${callback}#x` } }, notRegistered],
  ["no consumer key", { oauth: { oauth_consumer_key: undefined } }, missing("oauth_consumer_key")],
  [
    "an unknown consumer key",
    { consumer: { key: "another", secret: "x" } },
    "Consumer not found: another",
  ],
  [
    "the sandbox's key",
    { consumer: { key: "simulated-immoscout24-sandbox", secret: "simulated+secret/sandbox=" } },
    "Consumer not found: simulated-immoscout24-sandbox",
  ],
  [
    "a wrong secret",
    { consumer: { key: "simulated-immoscout24", secret: "guess" } },
    invalidSignature,
  ],
  ["no nonce", { oauth: { oauth_nonce: undefined } }, missing("oauth_nonce")],
  ["no timestamp", { oauth: { oauth_timestamp: undefined } }, missing("oauth_timestamp")],
  ["a timestamp in words", { oauth: { oauth_timestamp: "now" } }, badTimestamp],
  ["a negative timestamp", { oauth: { oauth_timestamp: "-1" } }, badTimestamp],
  [
    "no signature",
    { header: (value: string) => value.replace(/, oauth_signature="[^"]*"/, "") },
    missing("oauth_signature"),
  ],
  [
    "another's signature",
    { unsigned: { oauth_signature: "74KNZJeDHnMBp0EMJ9ZHt/XKycU=" } },
    invalidSignature,
  ],
  [
    "no signature method",
    { oauth: { oauth_signature_method: undefined } },
    missing("oauth_signature_method"),
  ],
  [
    "another signature method",
    { oauth: { oauth_signature_method: "PLAINTEXT" } },
    "Unsupported signature method",
  ],
  [
    "the signature method in small letters",
    { oauth: { oauth_signature_method: "hmac-sha1" } },
    "Unsupported signature method",
  ],
  ["another version", { oauth: { oauth_version: "2.0" } }, "Unsupported version"],
  [
    "an OAuth parameter in the body",
    { headers: form, body: "oauth_callback=x" },
    "OAuth parameters belong into the header",
  ],
  ["an unsigned form", { headers: form, body: "more=x" }, invalidSignature],
])("a request token is refused for %s", async (_what, change, sentence) => {
  const { askForRequestToken, control } = await openImmoScout24();
  const answer = await askForRequestToken(change);
  expect(answer.status).toBe(401);
  const { messageCode, message } = await messageOf(answer);
  expect(messageCode).toBe(required);
  expect(message).toBe(
    `Authentication is required for this operation. [ERROR MESSAGE: ${sentence}]`,
  );
  expect((await (await control("GET", "/tokens")).json()).tokenSecrets).toEqual([]);
});

test("a body that is not a form is not signed", async () => {
  const { askForRequestToken } = await openImmoScout24();
  const headers = { "content-type": "application/json" };
  expect((await askForRequestToken({ headers, body: '{"more": 1}' })).status).toBe(200);
});

test("OAuth parameters in the address are refused, signed or not", async () => {
  const { ask } = await openImmoScout24();
  const path = "/restapi/security/oauth/request_token?oauth_callback=http://localhost:3000/";
  expect((await ask(path, { oauth: { oauth_callback: callback } })).status).toBe(401);
});

test("a request without a version is accepted", async () => {
  const { askForRequestToken } = await openImmoScout24();
  expect((await askForRequestToken({ oauth: { oauth_version: undefined } })).status).toBe(200);
});

test("a timestamp may be five minutes off, or as much as the option allows", async () => {
  const now = 1_700_000_000;
  const { askForRequestToken, set } = await openImmoScout24(() => now * 1000);
  const at = (timestamp: number) =>
    askForRequestToken({ oauth: { oauth_timestamp: String(timestamp) } });
  expect((await at(now - 300)).status).toBe(200);
  expect((await at(now + 300)).status).toBe(200);
  expect((await messageOf(await at(now - 301))).messageCode).toBe(nonceExpired);
  expect((await at(now + 301)).status).toBe(401);
  await set({ timestampWindowSeconds: 10 });
  expect((await at(now - 11)).status).toBe(401);
});

test("a nonce works once for its timestamp, unless the option is off", async () => {
  const now = 1_700_000_000;
  const { askForRequestToken, set } = await openImmoScout24(() => now * 1000);
  const once = { oauth: { oauth_nonce: "one" } };
  expect((await askForRequestToken(once)).status).toBe(200);
  const again = await messageOf(await askForRequestToken(once));
  expect(again).toMatchObject({ messageCode: nonceExpired });
  expect(again.message).toContain("Nonce already used: one");
  const later = { oauth: { ...once.oauth, oauth_timestamp: String(now + 1) } };
  expect((await askForRequestToken(later)).status).toBe(200);
  await set({ oneNonceOnce: false });
  expect((await askForRequestToken(once)).status).toBe(200);
});

test("a badly signed request does not use up its nonce", async () => {
  const { askForRequestToken } = await openImmoScout24(() => 1_700_000_000_000);
  const oauth = { oauth_nonce: "one" };
  const forged = { oauth, consumer: { key: "simulated-immoscout24", secret: "guess" } };
  expect((await askForRequestToken(forged)).status).toBe(401);
  expect((await askForRequestToken({ oauth })).status).toBe(200);
});

test("a request with a wildcard in Accept, or without Accept, gets 404", async () => {
  const { origin, askForRequestToken } = await openImmoScout24();
  for (const accept of ["*/*", "text/plain, */*"]) {
    const answer = await askForRequestToken({ headers: { accept } });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("ERROR_COMMON_ACCEPT_TYPE_NOT_APPLICABLE");
  }
  const address = `${origin}/rest.immobilienscout24.de/restapi/security/oauth/request_token`;
  const status = await new Promise((resolve) => {
    request(address, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).end();
  });
  expect(status).toBe(404);
});

test("after Deny there is no verifier, or one that is not accepted", async () => {
  const { requestToken, confirm, askForAccessToken, set } = await openImmoScout24();
  const reject = async () => {
    const token = await requestToken();
    const browser = await confirm(token);
    await browser.press("Greta Schulz");
    await browser.press("Deny");
    return { token, parameters: browser.landedAt?.searchParams };
  };
  const first = await reject();
  expect([...(first.parameters ?? [])]).toEqual([
    ["flow", "a b"],
    ["oauth_token", first.token.value],
    ["state", "rejected"],
  ]);
  await set({ verifierOnRejection: true });
  const { token, parameters } = await reject();
  const verifier = parameters?.get("oauth_verifier") ?? "";
  expect(verifier).toHaveLength(6);
  expect(parameters?.get("state")).toBe("rejected");
  expect((await askForAccessToken(token, verifier)).status).toBe(401);
});

test("an access token needs the verifier of its own request token", async () => {
  const { authorized, requestToken, askForAccessToken } = await openImmoScout24();
  const [greta, uno] = [await authorized("Greta Schulz"), await authorized("Uno Einzel")];
  const unanswered = await requestToken();
  const refused = [
    await askForAccessToken(greta.token, undefined),
    await askForAccessToken(greta.token, ""),
    await askForAccessToken(greta.token, "guess1"),
    await askForAccessToken(greta.token, uno.verifier),
    await askForAccessToken(unanswered, greta.verifier),
    await askForAccessToken({ ...greta.token, secret: uno.token.secret }, greta.verifier),
    await askForAccessToken({ ...greta.token, secret: "" }, greta.verifier),
    await askForAccessToken({ value: "no-such-token", secret: "x" }, greta.verifier),
  ];
  expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 401));
  expect((await askForAccessToken(greta.token, greta.verifier)).status).toBe(200);
});

test("a request token works once and for half an hour", async () => {
  let time = Date.now();
  const { authorized, askForAccessToken, confirm, requestToken, control } = await openImmoScout24(
    () => time,
  );
  const used = await authorized("Greta Schulz");
  expect((await askForAccessToken(used.token, used.verifier)).status).toBe(200);
  expect((await askForAccessToken(used.token, used.verifier)).status).toBe(401);

  const [early, late] = [await authorized("Greta Schulz"), await authorized("Uno Einzel")];
  time += 30 * 60_000;
  expect((await askForAccessToken(early.token, early.verifier)).status).toBe(200);
  time += 1;
  expect((await askForAccessToken(late.token, late.verifier)).status).toBe(401);

  const { token, verifier } = await authorized("Emil Leer");
  expect(await (await control("POST", "/expire-codes")).json()).toEqual({ expired: 1 });
  expect((await askForAccessToken(token, verifier)).status).toBe(401);
  expect((await confirm(token)).status).toBe(401);
  expect((await confirm(await requestToken())).status).toBe(200);
});

test("a request token is decided on once, and confirm_access accepts only request tokens", async () => {
  const { requestToken, confirm } = await openImmoScout24();
  const token = await requestToken();
  const [first, second] = [await confirm(token), await confirm(token)];
  for (const browser of [first, second]) await browser.press("Greta Schulz");
  await first.press("Authorize");
  await second.press("Authorize");
  expect(second.status).toBe(401);
  expect(second.landedAt).toBeNull();
  expect((await confirm(token)).status).toBe(401);
  expect((await confirm({ value: "no-such-token", secret: "" })).status).toBe(401);
  const extra = { value: `${(await requestToken()).value}&state=mine`, secret: "" };
  expect((await confirm(extra)).status).toBe(401);
});

test.each(["false", "absent"] as const)("the callback's confirmation can be %s", async (value) => {
  const { askForRequestToken, set } = await openImmoScout24();
  await set({ callbackConfirmed: value });
  const form = new URLSearchParams(await (await askForRequestToken()).text());
  expect(form.get("oauth_callback_confirmed")).toBe(value === "absent" ? null : value);
});

test("token answers can have the content type of forms", async () => {
  const { askForRequestToken, set } = await openImmoScout24();
  await set({ tokenContentType: "form" });
  expect((await askForRequestToken()).headers.get("content-type")).toBe(
    "application/x-www-form-urlencoded",
  );
});

test("production and sandbox do not accept each other's tokens", async () => {
  const { accessTokenFor, authorized, askForAccessToken, me } = await openImmoScout24();
  const host = "rest.sandbox-immobilienscout24.de";
  const sandboxToken = await accessTokenFor("Testa Sandmann", { host });
  expect((await me(sandboxToken, { host })).status).toBe(200);
  expect((await me(sandboxToken)).status).toBe(401);
  const { token, verifier } = await authorized("Greta Schulz");
  expect((await askForAccessToken(token, verifier, { host })).status).toBe(401);
});

test("the token of a slow person comes late", async () => {
  const { accessTokenFor } = await openImmoScout24();
  const startedAt = performance.now();
  expect((await accessTokenFor("Lars Langsam")).value).toHaveLength(36);
  expect(performance.now() - startedAt).toBeGreaterThan(1400);
});

import { expect, test } from "vitest";
import { callback, openOlx } from "./testing";

/** Codes and refresh tokens, with each refusal once. */

const transaction_id = expect.stringMatching(/^[0-9a-f-]{36}$/);

function saying(message: string) {
  return { transaction_id, message };
}

const invalidCode = saying("Authorization code doesn't exist or is invalid for the client");
const invalidRefreshToken = saying("Refresh token doesn't exist or is invalid for the client");

test("a code is exchanged for tokens that last an hour", async () => {
  const { codeFor, exchange } = await openOlx();
  const answer = await exchange(await codeFor("Olga Nowak"));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    access_token: expect.stringMatching(/^[0-9a-f]{40}$/),
    token_type: "Bearer",
    refresh_token: expect.stringMatching(/^[0-9a-f]{40}$/),
    expires_in: 3600,
    scope: "read:adverts write:adverts read:leads read:profile_package",
  });
});

const basic = (credentials: string) => `Basic ${btoa(credentials)}`;

test.each([
  ["no API key", { "x-api-key": undefined }, 403, "Invalid API Key - unknown Partner"],
  ["an unknown API key", { "x-api-key": "guess" }, 403, "Invalid API Key - unknown Partner"],
  ["no credentials", { authorization: undefined }, 403, "The client credentials are invalid"],
  [
    "a wrong secret",
    { authorization: basic("simulated-olx:guess") },
    403,
    "The client credentials are invalid",
  ],
  [
    "another application's credentials",
    { authorization: basic("simulated-olx-2:simulated-secret-olx-2") },
    403,
    "The client credentials are invalid",
  ],
  [
    "a library's user agent",
    { "user-agent": undefined },
    400,
    "The User-Agent header has to name the CRM",
  ],
  ["an empty user agent", { "user-agent": "" }, 400, "The User-Agent header has to name the CRM"],
  ["another Accept", { accept: "*/*" }, 406, "Accept has to be application/json"],
  [
    "another Content-Type",
    { "content-type": "text/plain" },
    415,
    "Content-Type has to be application/json",
  ],
] as const)(
  "a token request with %s is refused before the code is spent",
  async (_what, headers, status, message) => {
    const { codeFor, exchange } = await openOlx();
    const code = await codeFor("Olga Nowak");
    const refused = await exchange(code, headers);
    expect(refused.status).toBe(status);
    expect(await refused.json()).toEqual(saying(message));
    expect((await exchange(code)).status).toBe(200);
  },
);

test("a form is refused", async () => {
  const { origin, codeFor } = await openOlx();
  const answer = await fetch(`${origin}/api.olxgroup.com/oauth/v1/token`, {
    method: "POST",
    headers: {
      "x-api-key": "simulated-api-key-olx",
      "user-agent": "Portico",
      accept: "application/json",
      authorization: basic("simulated-olx:simulated-secret-olx"),
    },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: await codeFor("Olga Nowak"),
    }),
  });
  expect(answer.status).toBe(415);
});

test.each(["client_secret", "client_id", "redirect_uri", "code_verifier", "refresh_token"])(
  "a body with the field %s is refused",
  async (name) => {
    const { askForToken } = await openOlx();
    const body = { grant_type: "authorization_code", code: "x", [name]: "x" };
    const answer = await askForToken(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual(saying(`Unknown field: ${name}`));
  },
);

test("a redirect address that the authorization request named must come with the code", async () => {
  const { codeFor, askForToken } = await openOlx();
  const code = await codeFor("Olga Nowak", { redirect_uri: callback });
  const ask = (more: object) => askForToken({ grant_type: "authorization_code", code, ...more });
  const message = "The redirect URI is not the one of the authorization request";
  for (const more of [{}, { redirect_uri: `${callback}/` }]) {
    const answer = await ask(more);
    expect([answer.status, await answer.json()]).toEqual([400, saying(message)]);
  }
  expect((await ask({ redirect_uri: callback })).status).toBe(200);
});

test("a redirect address that nobody named is no field of a token request", async () => {
  const { codeFor, askForToken } = await openOlx();
  const code = await codeFor("Olga Nowak");
  const body = { grant_type: "authorization_code", code, redirect_uri: callback };
  expect(await (await askForToken(body)).json()).toEqual(saying("Unknown field: redirect_uri"));
});

test.each([
  ["broken JSON", '{"grant_type": "authorization_code",}', "The request body is malformed"],
  ["a number", { grant_type: "authorization_code", code: 4711 }, "The request body is malformed"],
  ["no grant type", { code: "x" }, "The grant type is not supported"],
  ["another grant type", { grant_type: "password" }, "The grant type is not supported"],
])("a body with %s is refused in OLX's format", async (_what, body, message) => {
  const { askForToken } = await openOlx();
  const answer = await askForToken(body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual(saying(message));
});

test.each(["code", "client_secret", "access_token", "refresh_token"])(
  "a %s in the address is refused, even if the rest is correct",
  async (name) => {
    const { tokensFor, call } = await openOlx();
    const { access_token } = await tokensFor("Olga Nowak");
    const answer = await call(`/advert/v1/meta?${name}=x`, access_token);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual(saying("Secrets do not belong into the address"));
  },
);

test("an unknown code is refused, and so is the code of another application", async () => {
  const { codeFor, exchange } = await openOlx();
  expect(await (await exchange("0".repeat(40))).json()).toEqual(invalidCode);
  const others = await codeFor("Olga Nowak", { client_id: "simulated-olx-2" });
  const answer = await exchange(others);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual(invalidCode);
});

test("a code can be used for sixty seconds", async () => {
  let time = Date.now();
  const { codeFor, exchange } = await openOlx(() => time);
  const [early, late] = [await codeFor("Olga Nowak"), await codeFor("Piotr Pusty")];
  time += 60_000;
  expect((await exchange(early)).status).toBe(200);
  time += 1;
  expect(await (await exchange(late)).json()).toEqual(invalidCode);
});

test("a code works once; its second use revokes the tokens of the first, or not", async () => {
  const { codeFor, exchange, call, set } = await openOlx();
  const twice = async () => {
    const code = await codeFor("Olga Nowak");
    const { access_token } = await (await exchange(code)).json();
    expect(await (await exchange(code)).json()).toEqual(invalidCode);
    return (await call("/advert/v1/meta", access_token)).status;
  };
  expect(await twice()).toBe(401);
  await set({ codeReuse: "refuse" });
  expect(await twice()).toBe(200);
});

test("a refresh gives two new tokens, before and after the old one has expired", async () => {
  let time = Date.now();
  const { tokensFor, refreshed, call } = await openOlx(() => time);
  const first = await tokensFor("Olga Nowak");
  const second = await refreshed(first.refresh_token);
  expect(second.access_token).not.toBe(first.access_token);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  time += 3_600_001;
  expect((await call("/advert/v1/meta", second.access_token)).status).toBe(403);
  const third = await refreshed(second.refresh_token);
  expect((await call("/advert/v1/meta", third.access_token)).status).toBe(200);
});

test("strict: the second use of a refresh token revokes all tokens of its code", async () => {
  const { tokensFor, refresh, refreshed, call } = await openOlx();
  const first = await tokensFor("Olga Nowak");
  const second = await refreshed(first.refresh_token);
  const again = await refresh(first.refresh_token);
  expect(again.status).toBe(400);
  expect(await again.json()).toEqual(invalidRefreshToken);
  expect((await call("/advert/v1/meta", second.access_token)).status).toBe(401);
  expect(await refreshed(second.refresh_token)).toEqual(invalidRefreshToken);
});

test("grace: a refresh token can be used again for a minute", async () => {
  let time = Date.now();
  const { tokensFor, refresh, set } = await openOlx(() => time);
  await set({ refresh: "grace" });
  const { refresh_token } = await tokensFor("Olga Nowak");
  expect((await refresh(refresh_token)).status).toBe(200);
  time += 60_000;
  expect((await refresh(refresh_token)).status).toBe(200);
  time += 1;
  expect((await refresh(refresh_token)).status).toBe(400);
});

test("keep: the answer has no new refresh token, and the old one stays valid", async () => {
  const { tokensFor, refreshed, set } = await openOlx();
  await set({ refresh: "keep" });
  const { refresh_token } = await tokensFor("Olga Nowak");
  expect(await refreshed(refresh_token)).not.toHaveProperty("refresh_token");
  expect(await refreshed(refresh_token)).toHaveProperty("access_token");
});

test("a refresh token works for a year, and only for its application", async () => {
  let time = Date.now();
  const { tokensFor, refresh, refreshed } = await openOlx(() => time);
  const { refresh_token } = await tokensFor("Olga Nowak");
  const another = {
    "x-api-key": "simulated-api-key-olx-2",
    authorization: basic("simulated-olx-2:simulated-secret-olx-2"),
  };
  expect((await refresh(refresh_token, another)).status).toBe(400);
  time += 365 * 24 * 3_600_000 + 1;
  expect(await refreshed(refresh_token)).toEqual(invalidRefreshToken);
});

test.each([400, 401, 403])("an unknown refresh token can be refused with %i", async (status) => {
  const { refresh, set } = await openOlx();
  await set({ refreshRefusal: status });
  expect((await refresh("no-such-token")).status).toBe(status);
});

test("tokens can be short-lived, slow or without permissions, depending on the person", async () => {
  let time = Date.now();
  const { tokensFor, call } = await openOlx(() => time);
  const [short, sudden] = [await tokensFor("Kasia Krótka"), await tokensFor("Nela Nagła")];
  expect([short.expires_in, sudden.expires_in]).toEqual([2, 3600]);
  time += 2001;
  for (const { access_token } of [short, sudden]) {
    expect((await call("/advert/v1/meta", access_token)).status).toBe(403);
  }
  expect(await tokensFor("Bruno Bezprawny")).toMatchObject({ scope: "read:leads" });
  const startedAt = performance.now();
  await tokensFor("Wiktor Wolny");
  expect(performance.now() - startedAt).toBeGreaterThan(1400);
});

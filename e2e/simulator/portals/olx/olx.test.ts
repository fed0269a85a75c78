import { expect, test } from "vitest";
import { openOlx } from "./testing";

/** The adverts API, and the control API at OLX. */

test("an account's adverts come page by page, and there may be none", async () => {
  const { tokensFor, call } = await openOlx();
  const { access_token } = await tokensFor("Dorota Długa");
  const page = async (number: number) =>
    (await call(`/advert/v1/meta?page=${number}`, access_token)).json();
  expect(await page(1)).toMatchObject({ page: 1, limit: 25, total: 60 });
  const pages = [await page(1), await page(2), await page(3), await page(4)];
  const uuids = pages.flatMap(({ data }) => data.map(({ uuid }: { uuid: string }) => uuid));
  expect(new Set(uuids).size).toBe(60);

  const piotr = await tokensFor("Piotr Pusty");
  const none = await call("/advert/v1/meta", piotr.access_token);
  expect(await none.json()).toMatchObject({ data: [], total: 0 });
});

test("an advert is shown to its owner, refused to others, and 404 if it does not exist", async () => {
  const { tokensFor, call } = await openOlx();
  const [olga, kasia] = [await tokensFor("Olga Nowak"), await tokensFor("Kasia Krótka")];
  const { data } = await (await call("/advert/v1/meta", olga.access_token)).json();
  const path = `/advert/v1/${data[0].uuid}/meta`;
  expect(await (await call(path, olga.access_token)).json()).toMatchObject({
    message: "Advert status information",
    data: { uuid: data[0].uuid, state: { visible_in_profile: "true" } },
  });
  const denied = await call(path, kasia.access_token);
  expect(denied.status).toBe(403);
  expect((await denied.json()).message).toBe("You are not allowed to access this resource");
  expect((await call("/advert/v1/no-such-advert/meta", olga.access_token)).status).toBe(404);
});

test.each([
  ["no API key", { "x-api-key": undefined }, 403, "Invalid API Key - unknown Partner"],
  [
    "another application's API key",
    { "x-api-key": "simulated-api-key-olx-2" },
    401,
    "The access token provided is invalid",
  ],
  ["no token", { authorization: undefined }, 401, "The access token provided is invalid"],
  ["another scheme", { authorization: "OAuth x" }, 401, "The access token provided is invalid"],
  ["no name", { "user-agent": undefined }, 400, "The User-Agent header has to name the CRM"],
] as const)("a call with %s is refused", async (_what, headers, status, message) => {
  const { tokensFor, call } = await openOlx();
  const { access_token } = await tokensFor("Olga Nowak");
  const answer = await call("/advert/v1/meta", access_token, headers);
  expect(answer.status).toBe(status);
  expect((await answer.json()).message).toBe(message);
});

test("403 is an expired token or a missing permission, and only the message says which", async () => {
  const { tokensFor, call, control } = await openOlx();
  const [olga, bruno] = [await tokensFor("Olga Nowak"), await tokensFor("Bruno Bezprawny")];
  const refusal = async (token: string) => {
    const answer = await call("/advert/v1/meta", token);
    return [answer.status, (await answer.json()).message];
  };
  expect(await refusal(bruno.access_token)).toEqual([
    403,
    "You are not allowed to access this resource",
  ]);
  expect(await (await control("POST", "/expire-tokens")).json()).toEqual({ expired: 2 });
  expect(await refusal(olga.access_token)).toEqual([403, "The access token provided has expired"]);
});

test("no call says whose account it is", async () => {
  const { tokensFor, call } = await openOlx();
  const { access_token } = await tokensFor("Olga Nowak");
  expect((await call("/users/me", access_token)).status).toBe(404);
  expect((await call("/profile/v1/packages", access_token)).status).toBe(410);
});

test("removing the app, at the site or by the control API, ends its tokens", async () => {
  const { authorize, tokensFor, call, refresh, control } = await openOlx();
  const first = await tokensFor("Olga Nowak");
  const browser = await authorize({}, "otodom.pl/account");
  await browser.press("Olga Nowak");
  await browser.press("Remove Portico");
  expect(browser.page).toContain("None.");
  expect((await call("/advert/v1/meta", first.access_token)).status).toBe(401);
  expect((await refresh(first.refresh_token)).status).toBe(400);

  const otodom = await tokensFor("Olga Nowak");
  const storia = await tokensFor("Olga Nowak", "storia.ro/ro/crm/authorization/");
  const removed = await control("POST", "/revoke", {
    portal: "olx",
    board: "otodom",
    person: "Olga Nowak",
  });
  expect(await removed.json()).toEqual({ revoked: 1 });
  expect((await call("/advert/v1/meta", otodom.access_token)).status).toBe(401);
  expect((await call("/advert/v1/meta", storia.access_token)).status).toBe(200);
});

test("every secret is listed, and with another variant the adverts are different", async () => {
  const { tokensFor, call, control, codeFor } = await openOlx();
  const code = await codeFor("Olga Nowak");
  const { access_token, refresh_token } = await tokensFor("Olga Nowak");
  expect(await (await control("GET", "/tokens")).json()).toMatchObject({
    accessTokens: [access_token],
    refreshTokens: [refresh_token],
    codes: expect.arrayContaining([code]),
  });
  const uuids = async (token: string) =>
    (await (await call("/advert/v1/meta", token)).json()).data.map(
      ({ uuid }: { uuid: string }) => uuid,
    );
  const before = await uuids(access_token);
  await control("POST", "/reset", { variant: "-2" });
  const after = await uuids((await tokensFor("Olga Nowak")).access_token);
  expect(after).toHaveLength(before.length);
  expect(before.some((uuid: string) => after.includes(uuid))).toBe(false);
});

test.each([
  ["invalid-api-key", 403, "Invalid API Key - unknown Partner"],
  ["invalid-client", 403, "The client credentials are invalid"],
  ["invalid-grant", 400, "Authorization code doesn't exist or is invalid for the client"],
  ["invalid-refresh-token", 400, "Refresh token doesn't exist or is invalid for the client"],
  ["forbidden", 403, "You are not allowed to access this resource"],
  ["rate-limited", 429, "Too many requests"],
])("%s comes from the token endpoint in OLX's words", async (kind, status, message) => {
  const { codeFor, exchange, control } = await openOlx();
  const code = await codeFor("Olga Nowak");
  await control("PUT", "/faults", { host: "api.olxgroup.com", at: "token", kind, times: 1 });
  const answer = await exchange(code);
  expect(answer.status).toBe(status);
  expect((await answer.json()).message).toBe(message);
  expect((await exchange(code)).status).toBe(200);
});

test.each([
  ["invalid-api-key", 403],
  ["expired-token", 403],
  ["unauthorized", 401],
  ["forbidden", 403],
  ["rate-limited", 429],
  ["error-500", 500],
])("%s comes from the API", async (kind, status) => {
  const { tokensFor, call, control } = await openOlx();
  const { access_token } = await tokensFor("Olga Nowak");
  await control("PUT", "/faults", { at: "api", kind, times: 1 });
  expect((await call("/advert/v1/meta", access_token)).status).toBe(status);
  expect((await call("/advert/v1/meta", access_token)).status).toBe(200);
});

test("a token answer can be without refresh_token or expires_in", async () => {
  const { tokensFor, control } = await openOlx();
  await control("PUT", "/faults", { at: "token", kind: "no-refresh-token", times: 1 });
  expect(await tokensFor("Olga Nowak")).not.toHaveProperty("refresh_token");
  await control("PUT", "/faults", { at: "token", kind: "no-expires-in", times: 1 });
  expect(await tokensFor("Olga Nowak")).not.toHaveProperty("expires_in");
});

import { expect, type Page } from "@playwright/test";
import { leaveFor, noticeOf, openLink, rowOf, signedIn, unlink } from "../support/test";
import { agreeAs, refuseAs } from "./support/life";
import { type Portal, registration } from "./support/portal";
import { testAgainst } from "./support/test";

/** ImmoScout24, OAuth 1.0a, at oauthlib: it verifies every signature itself. */

const OAUTH = "/restapi/security/oauth";
const LISTINGS = "/restapi/api/offer/v1.0/user/me/realestate/";

const test = testAgainst({
  server: "oauthlib",
  callback: "/api/oauth1/immoscout24/callback",
  simulator: true,
  settings: (portal) => ({
    IMMOSCOUT24_CLIENT_ID: registration.id,
    IMMOSCOUT24_CLIENT_SECRET: registration.secret,
    IMMOSCOUT24_REQUEST_TOKEN_URL: `${portal}${OAUTH}/request_token`,
    IMMOSCOUT24_AUTHORIZATION_URL: `${portal}${OAUTH}/confirm_access`,
    IMMOSCOUT24_ACCESS_TOKEN_URL: `${portal}${OAUTH}/access_token`,
    IMMOSCOUT24_MEMBER_URL: `${portal}${LISTINGS}?pagesize=1`,
    IMMOSCOUT24_API_URL: `${portal}/restapi/api`,
  }),
});

async function linked(page: Page, { app }: Portal) {
  await signedIn(page, "Federia", "Anna Peeters", app);
  await leaveFor(page, "ImmoScout24");
  await agreeAs(page, "Greta");
  await expect(page).toHaveURL("/dashboard?done=linked&connection=immoscout24");
}

test("oauthlib: a user links the portal, which verifies the signed read of the listings", async ({
  page,
  portal,
}) => {
  await linked(page, portal);
  await expect(rowOf(page, "ImmoScout24")).toContainText("3 listings");
});

test("oauthlib: a user who says no keeps a dashboard without the link", async ({
  page,
  portal,
}) => {
  const exchanges = () =>
    portal.requests().filter(({ path }) => path === `${OAUTH}/access_token`).length;
  const before = exchanges();
  await signedIn(page, "Federia", "Anna Peeters", portal.app);
  await leaveFor(page, "ImmoScout24");
  await refuseAs(page, "Gregor");
  await expect(noticeOf(page)).toContainText("Nothing was linked");
  await expect(rowOf(page, "ImmoScout24")).toHaveCount(0);
  expect(exchanges()).toBe(before);
});

for (const [method, path] of [
  ["GET", `${LISTINGS}?pagesize=1`],
  ["GET", `${LISTINGS}?b=2&a=1&a=%C3%A9%20%2B&empty=`],
  ["GET", "/restapi/api/offer/v1.0/user/me/realestate/ext-2024%2F013"],
  ["POST", `${LISTINGS}?publishchannel=IS24`],
  ["DELETE", `${LISTINGS}17`],
] as const) {
  test(`oauthlib: the portal verifies what is signed for ${method} ${path}`, async ({
    page,
    request,
    portal,
    backEnd,
    linkAt,
  }) => {
    await linked(page, portal);
    const url = portal.url + path;
    const { headers } = await backEnd.headers(await linkAt("immoscout24"), { method, url });
    const data = method === "POST" ? { title: "Loft" } : undefined;
    const answer = await request.fetch(url, { method, headers, data });
    expect(answer.status()).toBe(200);
  });
}

test("oauthlib: the portal refuses a signature for another address, a changed one, and one used before", async ({
  page,
  request,
  portal,
  backEnd,
  linkAt,
}) => {
  await linked(page, portal);
  const id = await linkAt("immoscout24");
  const url = `${portal.url}${LISTINGS}?pagesize=1`;
  const signed = async () => (await backEnd.headers(id, { method: "GET", url })).headers;
  const status = async (address: string, headers: Record<string, string>) =>
    (await request.get(address, { headers })).status();

  expect(await status(`${portal.url}${LISTINGS}?pagesize=2`, await signed())).toBe(401);
  const headers = await signed();
  const authorization = headers.authorization.replace(/oauth_signature="./, 'oauth_signature="_');
  expect(await status(url, { ...headers, authorization })).toBe(401);

  const once = await signed();
  expect(await status(url, once)).toBe(200);
  expect(await status(url, once)).toBe(401);
});

test("oauthlib: a permission that was taken back at the portal is noticed by a check", async ({
  page,
  request,
  portal,
}) => {
  await linked(page, portal);
  await request.post(`${portal.url}/forget-tokens`);
  const main = await openLink(page, "ImmoScout24");
  await main.getByRole("button", { name: /^Check/ }).click();
  await expect(rowOf(page, "ImmoScout24")).toContainText("Needs you");
});

test("oauthlib: unlinking says that the permission is to be taken back at the portal", async ({
  page,
  portal,
}) => {
  await linked(page, portal);
  await unlink(page, "ImmoScout24");
  await expect(noticeOf(page)).toContainText("ImmoScout24 account");
  await expect(rowOf(page, "ImmoScout24")).toHaveCount(0);
});

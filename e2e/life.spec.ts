import { expect } from "@playwright/test";
import { apps, simulator } from "./support/apps";
import { BackEnd } from "./support/back-end";
import {
  agree,
  agreeAgain,
  chooseBoard,
  link,
  noticeOf,
  openLink,
  rowOf,
  signedIn,
  signInAt,
  test,
  unlink,
  whoIsSignedIn,
} from "./support/test";

/** A link from its start to its end, as the dashboard, the API and the portal see it. */

const adverts = `${simulator.portals}/api.olxgroup.com/advert/v1/meta`;
const listings = `${simulator.portals}/rest.immobilienscout24.de/restapi/api/offer/v1.0/user/me/realestate/`;

test("an expired token rests until the back end needs it, and then works", async ({
  page,
  request,
  context,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "Otodom", "Kasia Krótka"); // her tokens last two seconds
  const row = rowOf(page, "Otodom");
  await expect(async () => {
    await page.goto("/dashboard");
    await expect(row).toContainText("Resting", { timeout: 500 });
  }).toPass();
  const backEnd = new BackEnd(request);
  const id = await backEnd.link((await whoIsSignedIn(context)).id, "olx-otodom");

  const { active, token } = await backEnd.token(id);
  expect(active).toBe(true);
  const answer = await request.get(adverts, { headers: token.headers });
  expect(answer.status()).toBe(200);
  await expect(async () => {
    expect((await backEnd.token(id)).token.generation).toBeGreaterThan(1);
    await page.goto("/dashboard");
    await expect(row).toContainText("Works", { timeout: 500 });
  }).toPass();
});

for (const kind of ["blocked-403", "proxy-401", "empty-403", "forbidden-json", "not-now"]) {
  test(`a gateway that answers a renewal with ${kind} costs no link: it is told, and then it works`, async ({
    page,
    request,
    context,
    portals,
  }) => {
    await signedIn(page, "Federia", "Anna Peeters");
    await link(page, "Otodom", "Kasia Krótka"); // her tokens last two seconds
    const backEnd = new BackEnd(request);
    const id = await backEnd.link((await whoIsSignedIn(context)).id, "olx-otodom");
    const { token } = await backEnd.token(id);
    await portals.fault({ at: "token", kind, times: 1 });
    const rejected = { rejected_generation: token.generation };
    expect(await backEnd.token(id, rejected)).toMatchObject({
      active: false,
      error: "portal_unavailable",
    });
    await page.goto("/dashboard");
    const row = rowOf(page, "Otodom");
    await expect(row).toContainText("On hold");
    await expect(row.getByRole("button", { name: /^Reconnect/ })).toHaveCount(0);
    await expect(async () => {
      expect(await backEnd.token(id, rejected)).toMatchObject({ active: true });
    }).toPass();
    await page.goto("/dashboard");
    await expect(row).not.toContainText("On hold");
  });
}

for (const { portal, account, person, connection } of [
  {
    portal: "Otodom",
    account: { portal: "olx", board: "otodom" },
    person: "Olga Nowak",
    connection: "olx-otodom",
  },
  {
    portal: "Flexmls",
    account: { portal: "spark" },
    person: "Sandra Key",
    connection: "spark",
  },
  {
    portal: "Flexmls IDX",
    account: { portal: "spark" },
    person: "Sam Broker",
    connection: "spark-oauth2-idx",
  },
]) {
  test(`a link whose app was removed at ${portal} needs the member, who reconnects it`, async ({
    page,
    request,
    context,
    portals,
  }) => {
    await signedIn(page, "Federia", "Anna Peeters");
    await link(page, portal, person);
    const backEnd = new BackEnd(request);
    const id = await backEnd.link((await whoIsSignedIn(context)).id, connection);
    expect((await backEnd.token(id)).token.generation).toBe(1);

    await portals.removeApp({ ...account, person });
    const refused = await backEnd.token(id, { rejected_generation: 1 });
    expect(refused).toMatchObject({ active: false, error: "reconnect_needed" });
    expect(JSON.stringify(refused)).not.toContain("access_token");

    await page.goto(refused.connect_url);
    const row = rowOf(page, portal);
    await expect(row).toContainText("Needs you");
    await noticeOf(page)
      .getByRole("button", { name: /^Reconnect/ })
      .click();
    await agreeAgain(page);
    await expect(page).toHaveURL(`/dashboard?done=relinked&connection=${connection}`);
    await expect(row).toContainText("Works");
    const { active, token } = await backEnd.token(id);
    expect([active, token.generation]).toEqual([true, 2]);
  });
}

test("a removed app at ImmoScout24 is noticed by the next check", async ({
  page,
  request,
  context,
  portals,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "ImmoScout24", "Greta Schulz");
  const backEnd = new BackEnd(request);
  const id = await backEnd.link((await whoIsSignedIn(context)).id, "immoscout24");
  const signed = await backEnd.headers(id, { method: "GET", url: listings });
  const answer = await request.get(listings, { headers: signed.headers });
  expect(answer.status()).toBe(200);

  await portals.removeApp({ portal: "immoscout24", person: "Greta Schulz" });
  await page.goto("/dashboard");
  const main = await openLink(page, "ImmoScout24");
  await main.getByRole("button", { name: "Check ImmoScout24 now" }).click();
  await expect(page).toHaveURL(/\/dashboard\/links\/[\w-]+\?done=checked/);
  await expect(noticeOf(page)).toContainText("ImmoScout24 needs you");
  await expect(main.getByRole("region", { name: "State" })).toContainText("Needs you");
  expect((await backEnd.links((await whoIsSignedIn(context)).id)).links).toContainEqual(
    expect.objectContaining({ id, status: expect.objectContaining({ state: "broken" }) }),
  );
});

for (const { connection, address } of [
  {
    connection: "olx-otodom",
    address: "api.olxgroup.com/taxonomy/v1/categories/partner/urn:site:otodompl",
  },
  {
    connection: "olx-otodom",
    address: "api.olxgroup.com/locations/v1/urn:site:otodompl/cities?id=213",
  },
  {
    connection: "immoscout24",
    address: "rest.immobilienscout24.de/restapi/api/gis/v1.0/country/276/region",
  },
  {
    connection: "immoscout24",
    address:
      "rest.immobilienscout24.de/restapi/api/search/v1.0/search/region?realestatetype=ApartmentRent&geocodes=1276003001",
  },
]) {
  test(`without any link, the back end reads ${address}`, async ({ request }) => {
    const url = `${simulator.portals}/${address}`;
    expect((await request.get(url)).ok()).toBe(false);
    const wanted = { method: "GET", url };
    const { headers } = await new BackEnd(request).applicationHeaders(connection, wanted);
    expect((await request.get(url, { headers })).status()).toBe(200);
  });
}

test("a connect_url without a session leads through the sign-in to the link", async ({
  page,
  request,
  browser,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const backEnd = new BackEnd(request);
  const user = await whoIsSignedIn(page.context());
  const { connect_url } = await new BackEnd(request).links(`${user.id}&connection=olx-otodom`);

  const elsewhere = await browser.newContext();
  const tab = await elsewhere.newPage();
  await tab.goto(connect_url);
  await expect(noticeOf(tab)).toContainText("Sign in to connect Otodom");
  await signInAt(tab, "Federia");
  await tab.getByRole("button", { name: "Anna Peeters", exact: true }).click(); // she has consented before
  await expect(noticeOf(tab)).toContainText("Link Otodom");
  await noticeOf(tab).getByRole("button", { name: /^Link/ }).click();
  await agree(tab, "Olga Nowak");
  await expect(tab).toHaveURL(`${apps.main.url}/dashboard?done=linked&connection=olx-otodom`);
  const link = await backEnd.link(user.id, "olx-otodom");
  expect(await backEnd.token(link)).toMatchObject({ active: true });
  await elsewhere.close();
});

test("the connection to link is remembered after a declined sign-in", async ({ page }) => {
  await page.goto("/connect/olx-otodom");
  await signInAt(page, "Federia");
  await page.getByRole("button", { name: "Anna Peeters", exact: true }).click();
  await page.getByRole("button", { name: "Deny", exact: true }).click();
  await noticeOf(page).getByRole("button", { name: "Try Federia again" }).click();
  await page.getByRole("button", { name: "Authorize", exact: true }).click(); // she is logged in already
  await expect(noticeOf(page)).toContainText("Link Otodom");
});

test("an unknown connection in an address gets 404, and is ignored on the sign-in page", async ({
  page,
  request,
}) => {
  expect((await request.get("/connect/nowhere")).status()).toBe(404);
  await page.goto("/sign-in?connect=nowhere");
  await expect(noticeOf(page)).toHaveCount(0);
  await chooseBoard(page, "Federia");
});

const deleted = (path: string) => path.includes("/v1/oauth2/token/");

test("unlinking revokes the permission at Spark", async ({ page, portals }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "Flexmls", "Sandra Key");
  await unlink(page, "Flexmls");
  await expect(noticeOf(page)).toContainText("Unlinked");
  const requests = await portals.requests();
  expect(requests.filter(({ method, path }) => method === "DELETE" && deleted(path))).toHaveLength(
    1,
  );
  await expect(page.getByRole("heading", { name: "Being taken back" })).toHaveCount(0);
});

test("unlinking revokes it later if Spark was down at first", async ({ page, portals }) => {
  test.slow(); // the first pause is 15 seconds
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "Flexmls", "Sandra Key");
  await portals.fault({ at: "revoke", kind: "error-503" });
  await unlink(page, "Flexmls");
  const waiting = page.getByRole("region", { name: "Being taken back at the portals" });
  await expect(waiting).toContainText("Flexmls has not answered yet");
  await expect(rowOf(page, "Flexmls")).toHaveCount(0);

  await portals.recover();
  await expect(async () => {
    await page.getByRole("button", { name: "Check now" }).click();
    await expect(noticeOf(page)).toContainText("works");
    const requests = (await portals.requests()).filter(({ path }) => deleted(path));
    expect(requests.length).toBeGreaterThan(1);
  }).toPass({ intervals: [2_000] });
  await page.goto("/dashboard");
  await expect(rowOf(page, "Federia")).toBeVisible();
  await expect(waiting).toHaveCount(0);
});

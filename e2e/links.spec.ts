import { expect } from "@playwright/test";
import { apps } from "./support/apps";
import {
  agree,
  agreeAgain,
  leaveFor,
  link,
  noticeOf,
  reconnect,
  rowOf,
  rowsOf,
  signedIn,
  stoppedAtCallback,
  test,
  unlink,
} from "./support/test";

type Case = {
  portal: string;
  person: string;
  connection: string;
  shows: RegExp;
};

const cases: Case[] = [
  {
    portal: "Otodom",
    person: "Olga Nowak",
    connection: "olx-otodom",
    shows: /Works/,
  },
  {
    portal: "Imovirtual",
    person: "João Silva",
    connection: "olx-imovirtual",
    shows: /Works/,
  },
  {
    portal: "Storia",
    person: "Ioana Popescu",
    connection: "olx-storia",
    shows: /Works/,
  },
  {
    portal: "Flexmls",
    person: "Sandra Key",
    connection: "spark",
    shows: /Sandra Key · Riviera Realty/,
  },
  {
    portal: "ImmoScout24",
    person: "Greta Schulz",
    connection: "immoscout24",
    shows: /2 listings/,
  },
  {
    portal: "Flexmls Private",
    person: "Sam Broker",
    connection: "spark-oauth2-private",
    shows: /Sam Broker · Lakeside Brokers/,
  },
  {
    portal: "Flexmls IDX",
    person: "Sam Broker",
    connection: "spark-oauth2-idx",
    shows: /Sam Broker/,
  },
  {
    portal: "Flexmls VOW",
    person: "Vera Visitor",
    connection: "spark-oauth2-vow",
    shows: /Vera Visitor/,
  },
];

for (const { portal, person, connection, shows } of cases) {
  test.describe(portal, () => {
    test.beforeEach(async ({ page }) => {
      await signedIn(page, "Federia", "Anna Peeters");
    });

    test("is linked, shown, reconnected, unlinked and linked again", async ({ page }) => {
      await link(page, portal, person);
      await expect(page).toHaveURL(`/dashboard?done=linked&connection=${connection}`);
      const row = rowOf(page, portal);
      await expect(row).toContainText(shows);
      await expect(row).toContainText("Works");

      await page.goto("/dashboard");
      await reconnect(page, portal);
      await agreeAgain(page);
      await expect(page).toHaveURL(`/dashboard?done=relinked&connection=${connection}`);
      await expect(rowsOf(page)).toHaveCount(2);

      await unlink(page, portal);
      await expect(page).toHaveURL(`/dashboard?done=unlinked&connection=${connection}`);
      await expect(row).toHaveCount(0);

      await page.goto("/dashboard");
      await leaveFor(page, portal);
      await agreeAgain(page);
      await expect(page).toHaveURL(`/dashboard?done=linked&connection=${connection}`);
      await expect(row).toContainText("Works");
    });

    test("after Deny nothing is linked, and the page says so", async ({ page, portals }) => {
      await leaveFor(page, portal);
      await page.getByRole("button", { name: person, exact: true }).click();
      await page.getByRole("button", { name: "Deny", exact: true }).click();
      await expect(noticeOf(page)).toContainText("Nothing was linked");
      await expect(rowsOf(page)).toHaveCount(1);
      const { token, access_token } = await portals.counters();
      expect([token, access_token]).toEqual([1, 0]); // Federia's
    });

    test("a callback in another browser uses no code", async ({ page, portals, browser }) => {
      await leaveFor(page, portal);
      await page.getByRole("button", { name: person, exact: true }).click();
      const callback = await stoppedAtCallback(page);
      const stranger = await browser.newContext();
      const tab = await stranger.newPage();
      await tab.goto(callback);
      await expect(tab).toHaveURL(/\/sign-in\?problem=flow_missing/);
      await stranger.close();
      const { token, access_token } = await portals.counters();
      expect([token, access_token]).toEqual([1, 0]);
    });
  });
}

test("six portals are linked at once in six tabs, each with its own result", async ({
  page,
  context,
}) => {
  test.slow(); // six trips
  await signedIn(page, "Federia", "Anna Peeters");
  const six = cases.slice(0, 6); // more flows at once do not fit the cookies
  const tabs = await Promise.all(six.map(() => context.newPage()));
  for (const [n, { portal }] of six.entries()) {
    await tabs[n]?.goto("/dashboard");
    if (tabs[n]) await leaveFor(tabs[n], portal);
  }
  for (const n of [4, 1, 5, 0, 3, 2]) {
    const [tab, which] = [tabs[n], six[n]];
    if (!tab || !which) throw new Error(`no tab ${n}`);
    await agree(tab, which.person);
    await expect(tab).toHaveURL(`/dashboard?done=linked&connection=${which.connection}`);
  }
  await page.goto("/dashboard");
  await expect(rowsOf(page)).toHaveCount(7);
});

test("boards that are linked already stand apart in the list, and can be linked for another login", async ({
  page,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const boards = page.getByRole("region", { name: "MLSConnect", exact: true });
  const groups = boards.locator("optgroup");
  expect(await groups.evaluateAll((all) => all.map((each) => each.getAttribute("label")))).toEqual([
    "Not linked yet · Production",
    "Not linked yet · Staging",
    "Linked already · Production",
  ]);
  await expect(groups.last().locator("option")).toHaveText(["Federia"]);
  await expect(boards.getByLabel("Board", { exact: true })).toHaveValue("");
  await leaveFor(page, "Federia");
  await agreeAgain(page);
  await expect(page).toHaveURL("/dashboard?done=relinked&connection=mlsconnect-federia");
});

test("an agent signs in with Spark, and links a board", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with Flexmls" }).click();
  await agree(page, "Sandra Key");
  await expect(page).toHaveURL("/dashboard?done=signed_in&connection=spark");
  await expect(rowOf(page, "Flexmls")).toContainText("Riviera Realty");
  await link(page, "Federia", "Anna Peeters");
  await expect(page).toHaveURL("/dashboard?done=linked&connection=mlsconnect-federia");
});

test.describe("with other settings", () => {
  test.beforeEach(async ({ page }) => {
    await signedIn(page, "Federia", "Anna Peeters", apps.shared);
  });

  test("the older address of a site leads to the same consent page", async ({ page }) => {
    await link(page, "Otodom", "Olga Nowak");
    await expect(page).toHaveURL(/done=linked&connection=olx-otodom/);
  });

  test("token requests can be forms", async ({ page, portals }) => {
    await link(page, "Flexmls", "Sandra Key");
    await expect(page).toHaveURL(/done=linked&connection=spark/);
    const exchange = (await portals.requests()).find(({ path }) => path.endsWith("/openid/token"));
    expect(exchange?.body?.contentType).toContain("application/x-www-form-urlencoded");
  });

  test("a link in the sandbox is marked as one", async ({ page }) => {
    await link(page, "ImmoScout24", "Testa Sandmann");
    await expect(rowOf(page, "ImmoScout24")).toContainText("Sandbox");
    await expect(rowOf(page, "ImmoScout24")).toContainText("2 listings");
  });
});

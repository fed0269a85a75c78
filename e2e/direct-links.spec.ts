import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { apps, folder, simulator } from "./support/apps";
import { cardOf, forge, noticeOf, signedIn, test } from "./support/test";

/** Links that need no page of the portal: with a password, or with given keys. */

const passwordNotAccepted = "That name and password were not accepted";
const keysNotAccepted = "Those keys were not accepted";

test("an agent links Spark with a user name and a password, and the password is sent once", async ({
  page,
  portals,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await byPassword(page, "sam.broker", "open sesame");
  await expect(page).toHaveURL("/dashboard?done=linked&connection=spark-oauth2-private");
  await expect(cardOf(page, "Spark API Private Sam Broker")).toContainText("Works");
  const sent = (await portals.requests()).filter(({ body }) =>
    JSON.stringify(body ?? "").includes("open sesame"),
  );
  expect(sent).toHaveLength(1);
  expect(sent[0]?.body?.fields).toMatchObject({
    grant_type: "password",
    username: "sam.broker",
    password: "open sesame",
  });
  await expectNowhere(page, ["sam.broker", "open sesame"]);
});

test("a wrong password links nothing and is not kept", async ({ page, portals }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await byPassword(page, "sam.broker", "a-wrong-horse-42");
  await expect(noticeOf(page)).toContainText(passwordNotAccepted);
  await expect(page.getByRole("article")).toHaveCount(1);
  await expectNowhere(page, ["sam.broker", "a-wrong-horse-42"]);
  const sent = (await portals.requests()).filter(({ body }) =>
    JSON.stringify(body ?? "").includes("a-wrong-horse-42"),
  );
  expect(sent).toHaveLength(1);

  await page.getByRole("link", { name: "Type them again" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  await page.getByLabel("User name").fill("sam.broker");
  await page.getByLabel("Password", { exact: true }).fill("open sesame");
  await formOf(page, "password").getByRole("button", { name: "Link Spark API" }).click();
  await expect(cardOf(page, "Spark API Private Sam Broker")).toBeVisible();
});

for (const [at, kind, title] of [
  ["token", "reset-after", "We could not reach Spark API"],
  ["token", "invalid-client", "Spark API does not recognise Portico"],
  ["me", "error-body-200", "Spark API left something out"],
] as const) {
  test(`with a password, ${at} ${kind} is "${title}" and the password is not sent again`, async ({
    page,
    portals,
  }) => {
    await signedIn(page, "Federia", "Anna Peeters");
    await portals.fault({ at, kind });
    await byPassword(page, "sam.broker", "open sesame");
    await expect(noticeOf(page)).toContainText(title);
    await expect(page.getByRole("article")).toHaveCount(1);
    expect((await portals.counters()).token).toBe(2); // one is Federia's
    await expectNowhere(page, ["sam.broker", "open sesame"]);
  });
}

test("without permission for passwords there is no form for one, and a forged form sends none", async ({
  page,
  portals,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await open(page, "password");
  await forge(formOf(page, "password").locator("form"), "connection", "spark-oauth2-idx");
  await page.getByLabel("User name").fill("sam.broker");
  await page.getByLabel("Password", { exact: true }).fill("open sesame");
  await formOf(page, "password").getByRole("button", { name: "Link Spark API" }).click();
  await expect(noticeOf(page)).toContainText("That is not available here");
  expect((await portals.counters()).token).toBe(1); // Federia's

  await page.goto(`${apps.shared.url}/start/mlsconnect/federia`);
  await expect(page).toHaveURL(/done=signed_in/);
  await expect(formOf(page, "keys you were given")).toHaveCount(1);
  await expect(formOf(page, "password")).toHaveCount(0);
});

test("an agent links Spark with the keys of a single session", async ({ page, context }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const [access = "", refresh = ""] = await singleSessionKeys(page);
  await page.goto("/dashboard");
  await byKeys(page, `  ${access}\n`, refresh);
  await expect(page).toHaveURL("/dashboard?done=linked&connection=spark-oauth2-private");
  await expect(cardOf(page, "Spark API Private Sina Single")).toContainText("Works");
  await expectNowhere(page, [access, refresh]);
  expect(JSON.stringify(await context.cookies())).not.toContain(access);
});

test("wrong keys link nothing and are not kept", async ({ page, portals }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const [, refresh = ""] = await singleSessionKeys(page);
  await page.goto("/dashboard");
  for (const access of ["not-a-key", "two words", "x".repeat(3000)]) {
    await byKeys(page, access, refresh);
    await expect(noticeOf(page)).toContainText(keysNotAccepted);
    await expect(page.getByRole("article")).toHaveCount(1);
    await expectNowhere(page, [access, refresh]);
    await page.goto("/dashboard");
  }
  expect((await portals.counters()).token).toBe(1); // Federia's: a refused key is not refreshed
});

function formOf(page: Page, way: "password" | "keys you were given") {
  return page
    .getByRole("group")
    .filter({ hasText: `with ${way === "password" ? "a user name and password" : way}` });
}

async function open(page: Page, way: "password" | "keys you were given") {
  await formOf(page, way)
    .getByText(/^Link Spark API with/)
    .click();
}

async function byPassword(page: Page, name: string, password: string) {
  await open(page, "password");
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await formOf(page, "password").getByRole("button", { name: "Link Spark API" }).click();
}

async function byKeys(page: Page, access: string, refresh: string) {
  await open(page, "keys you were given");
  await page.getByLabel("Access key").fill(access);
  await page.getByLabel("Refresh key").fill(refresh);
  await formOf(page, "keys you were given").getByRole("button", { name: "Link Spark API" }).click();
}

/** What the user typed is not on the page, and not in an address, a cookie or the log. */
async function expectNowhere(page: Page, typed: string[]) {
  const places = {
    page: await page.content(),
    address: decodeURIComponent(page.url()),
    cookies: JSON.stringify(await page.context().cookies(apps.main.url)),
    log: readFileSync(`${folder}/app-main.log`, "utf8"),
  };
  for (const [place, text] of Object.entries(places)) {
    for (const secret of typed)
      expect(text.includes(secret), `${secret} in the ${place}`).toBe(false);
  }
}

async function singleSessionKeys(page: Page): Promise<string[]> {
  await page.goto(`${simulator.portals}/sparkplatform.com/single-session`);
  return page.locator("code").allTextContents();
}

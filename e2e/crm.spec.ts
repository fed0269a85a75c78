import type { ChildProcess } from "node:child_process";
import { expect, type Page } from "@playwright/test";
import { apps, crm } from "./support/apps";
import { startExampleCrm } from "./support/example-crm";
import { agree, test, usersOf } from "./support/test";

/** Agents of another system, the example CRM, connect their portals and never sign in here. */

let child: ChildProcess;

test.beforeAll(async () => {
  child = await startExampleCrm();
});

test.afterAll(() => void child.kill("SIGTERM"));

const agents = ["Marta Lis", "Jonas Brandt", "Claire Fabre"] as const;

/** Logs in at the CRM, and opens its page of portals without links of earlier tests. */
async function atTheCrm(page: Page, agent: (typeof agents)[number] = "Marta Lis") {
  await page.goto(`${crm.url}/login`);
  await page.getByRole("button", { name: agent }).click();
  await page.goto(`${crm.url}/portals`);
  for (const card = page.getByRole("article").first(); await card.isVisible(); ) {
    await card.getByText("Disconnect", { exact: true }).click();
    await card.getByRole("button", { name: /^Disconnect/ }).click();
    await page.getByText(/ is disconnected$/).waitFor();
    await page.goto(`${crm.url}/portals`);
  }
}

/** Presses one of the CRM's buttons, and arrives at the page of ours. */
async function leaveCrm(page: Page, button: string) {
  await page.getByRole("button", { name: button, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`^${apps.main.url}/connect/s/`));
}

/** Presses a portal's button on our page, and logs in there. */
async function linkAt(page: Page, portal: string, person: string) {
  await page.getByRole("button", { name: `Connect ${portal}`, exact: true }).click();
  await agree(page, person);
}

async function goBack(page: Page) {
  await page.getByRole("button", { name: /go back to Example CRM$/i }).click();
}

const cardAt = (page: Page, portal: string) => page.getByRole("article", { name: portal });

test("an agent connects two portals, comes back, and sees them work", async ({ page, context }) => {
  await atTheCrm(page);
  await leaveCrm(page, "Connect portals");
  await linkAt(page, "Otodom", "Olga Nowak");
  await linkAt(page, "ImmoScout24", "Greta Schulz");
  await goBack(page);
  await expect(page).toHaveURL(`${crm.url}/portals`); // without the code
  await expect(page.getByRole("status")).toContainText("Connected: Otodom, ImmoScout24");
  await cardAt(page, "Otodom").getByRole("button", { name: "Show my adverts" }).click();
  await expect(page.getByText("3 adverts")).toBeVisible();
  await page.goBack();
  await cardAt(page, "ImmoScout24").getByRole("button", { name: "Show my listings" }).click();
  await expect(page.getByText(/^\d+ listings$/)).toBeVisible();

  const names = (await context.cookies(apps.main.url)).map(({ name }) => name);
  expect(names.filter((name) => /session-token/.test(name))).toEqual([]); // no one is signed in here
});

test("one portal alone leads straight back; the back button does no harm", async ({ page }) => {
  await atTheCrm(page);
  await leaveCrm(page, "Connect Otodom");
  await linkAt(page, "Otodom", "Olga Nowak");
  await expect(page).toHaveURL(`${crm.url}/portals`);
  await expect(page.getByRole("status")).toContainText("Connected: Otodom");
  await page.goBack();
  await page.goto(`${crm.url}/portals`);
  await expect(page.getByRole("article")).toHaveCount(1);
});

test("an agent who says no is told that nothing has changed", async ({ page }) => {
  await atTheCrm(page);
  await leaveCrm(page, "Connect Otodom");
  await page.getByRole("button", { name: "Connect Otodom", exact: true }).click();
  await page.getByRole("button", { name: "Olga Nowak", exact: true }).click();
  await page.getByRole("button", { name: "Deny", exact: true }).click();
  await goBack(page);
  await expect(page.getByRole("alert")).toContainText("Nothing was connected");
  await expect(page.getByRole("article")).toHaveCount(0);
});

test("a link that breaks is heard of, and reconnected", async ({ page, portals }) => {
  await atTheCrm(page);
  await leaveCrm(page, "Connect Otodom");
  await linkAt(page, "Otodom", "Olga Nowak");
  await portals.removeApp({ portal: "olx", person: "Olga Nowak" });
  await cardAt(page, "Otodom").getByRole("button", { name: "Show my adverts" }).click();
  await expect(async () => {
    await page.goto(`${crm.url}/`);
    await expect(page.getByRole("alert")).toContainText("Otodom needs you", { timeout: 100 });
  }).toPass();
  await leaveCrm(page, "Reconnect Otodom");
  await page.getByRole("button", { name: "Connect Otodom again" }).click();
  await page.getByRole("button", { name: "Authorize", exact: true }).click(); // she is still logged in there
  await expect(page.getByRole("status")).toContainText("Connected: Otodom");
  await expect(async () => {
    await page.goto(`${crm.url}/`);
    await expect(page.getByText("Otodom needs you")).toHaveCount(0, { timeout: 100 });
  }).toPass();
  await page.goto(`${crm.url}/portals`);
  await expect(cardAt(page, "Otodom")).toContainText("Works");
});

test("a session's address that one agent sends to another links nothing for either", async ({
  page,
  browser,
}) => {
  await atTheCrm(page);
  await leaveCrm(page, "Connect Otodom"); // Marta has its address, and does not press
  const lured = await (await browser.newContext()).newPage();
  await atTheCrm(lured, "Jonas Brandt");
  await lured.goto(page.url());
  await linkAt(lured, "Otodom", "Olga Nowak");
  await expect(lured.getByRole("alert")).toContainText("You did not begin this here");
  await expect(lured.getByRole("article")).toHaveCount(0);
  await page.goto(`${crm.url}/portals`);
  await expect(page.getByRole("article")).toHaveCount(0);
  await lured.context().close();
});

test("a member who signs in here sees who uses their link, and stops it", async ({ page }) => {
  await atTheCrm(page, "Claire Fabre");
  await leaveCrm(page, "Connect Federia");
  await linkAt(page, "Federia", "Anna Peeters");
  await expect(page).toHaveURL(`${crm.url}/portals`);
  await expect(cardAt(page, "Federia")).toContainText("Works");

  await page.goto(`${apps.main.url}/start/mlsconnect/federia`);
  await expect(page).toHaveURL(/\/dashboard\?done=signed_in/);
  const users = await usersOf(page, "Federia");
  await expect(users).toContainText("Example CRM");
  await users.getByRole("button", { name: "Stop Example CRM using Federia" }).click();
  await expect(page).toHaveURL(/\/dashboard\/links\/[\w-]+\?done=grant_ended/);
  await expect(users).toContainText("Your own team’s software");
  await expect(users).not.toContainText("Example CRM");
  await page.getByRole("link", { name: "Activity", exact: true }).click();
  await expect(
    page.getByText("Example CRM can no longer use Federia, because you stopped it."),
  ).toBeVisible();

  await page.goto(`${crm.url}/portals`);
  await expect(cardAt(page, "Federia")).toBeHidden();
});

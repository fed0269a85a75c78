import { join } from "node:path";
import type { Page } from "@playwright/test";
import { type Language, languageOf } from "@/lib/language/languages.mjs";
import { apps, crm } from "../support/apps";
import { root } from "../support/children";
import { startExampleCrm } from "../support/example-crm";
import { sentencesIn } from "../support/sentences";
import { signedIn, test } from "../support/test";

/** The README's pictures. In other languages than English they go to test-results, for those who look at a translation. */

const language: Language = languageOf(process.env.SCREENSHOTS_LANGUAGE) ?? "en";
const say = sentencesIn(language);
const folder =
  language === "en"
    ? join(root, "docs/screenshots")
    : join(root, "test-results/screenshots", language);

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

async function picture(page: Page, name: string, fullPage = false) {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
}

test.use({ viewport: DESKTOP });

test.beforeEach(async ({ context }) => {
  await context.addCookies([{ name: "portico.language", value: language, url: apps.main.url }]);
});

test("the sign-in page", async ({ page }) => {
  await page.goto("/sign-in");
  await picture(page, "sign-in");
});

test("the dashboard and a link's page", async ({ page, portals }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  for (const [portal, person] of [
    ["Otodom", "Olga Nowak"],
    ["ImmoScout24", "Greta Schulz"],
    ["Flexmls", "Sandra Key"],
  ] as const) {
    await page.goto("/dashboard");
    await page.getByRole("region", { name: portal, exact: true }).getByRole("button").click();
    await logIn(page, person);
    await page.waitForURL(/done=/);
  }
  await portals.removeApp({ portal: "olx", person: "Olga Nowak" });
  await page.goto("/dashboard");
  await page.getByRole("button", { name: say("link.page.checkAll"), exact: true }).click();
  await page.waitForURL(/done=checked/);
  await page.goto("/dashboard");
  await picture(page, "dashboard");
  await page.locator(".link-name").first().click();
  await page.waitForURL(/\/dashboard\/links\//);
  await picture(page, "link");
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/dashboard");
  await picture(page, "phone");
});

test("a connect session and the example CRM", async ({ page }) => {
  const child = await startExampleCrm();
  await page.goto(`${crm.url}/login`);
  await page.getByRole("button", { name: "Marta Lis" }).click();
  await page.goto(`${crm.url}/portals`);
  await page.getByRole("button", { name: "Connect portals", exact: true }).click();
  await page.waitForURL(/\/connect\/s\//);
  for (const [portal, person] of [
    ["Federia", "Bram Declercq"],
    ["Otodom", "Olga Nowak"],
  ] as const) {
    const name = say("connect.connect", { portal });
    await page.getByRole("button", { name, exact: true }).click();
    await logIn(page, person);
    await page.waitForURL(/\/connect\/s\//);
  }
  await page.goto(page.url().replace(/\?.*/, ""));
  await picture(page, "connect");
  await page
    .getByRole("button", { name: say("connect.backWith", { client: "Example CRM" }) })
    .click();
  await page.waitForURL(/\/portals/);
  await page.goto(`${crm.url}/portals`);
  await picture(page, "crm");
  child.kill("SIGTERM");
});

/** At a portal's page, for the first time. */
async function logIn(page: Page, person: string) {
  await page.getByRole("button", { name: person, exact: true }).click();
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
}

import { expect, type Page } from "@playwright/test";
import { apps } from "./support/apps";
import { signedIn, test } from "./support/test";

/** People read the pages in the language that they choose, with scripts and without. */

/** Each language by its own name, and what the sign-in page is called in it. */
const languages = [
  ["fr", "Français", "Se connecter"],
  ["de", "Deutsch", "Anmelden"],
  ["pl", "Polski", "Logowanie"],
  ["pt", "Português", "Entrar"],
  ["ro", "Română", "Autentificare"],
  ["en", "English", "Sign in"],
] as const;

async function choose(page: Page, name: string) {
  await page.getByRole("contentinfo").getByRole("button", { name, exact: true }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(`${javaScriptEnabled ? "with" : "without"} scripts`, () => {
    test.use({ javaScriptEnabled });

    test("every language can be chosen, and the page stays the same", async ({ page }) => {
      const address = "/sign-in?problem=timed_out&connection=mlsconnect-federia";
      await page.goto(address);
      for (const [language, name, title] of languages) {
        await choose(page, name);
        await expect(page).toHaveURL(address);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        await expect(page.getByRole("contentinfo").locator("[aria-current=true]")).toHaveText(name);
      }
    });
  });
}

test("a language that is chosen goes with the person into another browser", async ({
  page,
  browser,
}) => {
  await signedIn(page, "MLS Caraïbes", "Josiane Célestin");
  await choose(page, "Polski");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Państwa portale");
  const other = await browser.newContext();
  const tab = await other.newPage();
  await tab.goto(`${apps.main.url}/start/mlsconnect/caraibes`);
  await tab.getByRole("button", { name: "Josiane Célestin", exact: true }).click(); // she has consented before
  await expect(tab.getByRole("heading", { level: 1 })).toHaveText("Państwa portale");
  await choose(tab, "English"); // as the other tests know her
  await expect(tab.getByRole("heading", { level: 1 })).toHaveText("Your portals");
  await page.goto("/dashboard");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your portals");
  await other.close();
});

test.describe("in a French browser", () => {
  test.use({ locale: "fr-BE" });

  test("the pages are French from the first one on", async ({ page }) => {
    await page.goto("/");
    await expect(page.locator("html")).toHaveAttribute("lang", "fr");
    await page.goto("/dashboard");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Se connecter");
  });
});

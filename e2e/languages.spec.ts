import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { LANGUAGE_COOKIE, type Language, languages } from "@/lib/language/languages.mjs";
import { nowhere, ownNowhere, pages } from "./support/every-page";
import { layOutAll } from "./support/lay-out";
import { signedIn, test } from "./support/test";

/** Every page in each language, on a narrow phone, and with dark colours in one of them. */

test.describe.configure({ mode: "parallel", timeout: 120_000 }); // most of the time is axe's

test.use({
  viewport: { width: 360, height: 800 },
  contextOptions: { reducedMotion: "reduce" },
  expectedConsoleErrors: [/404/],
});

/** What a page that is open has in a language, and should not. */
async function faultsIn(page: Page, language: Language): Promise<string[]> {
  const { origin: url } = new URL(page.url());
  await page.context().addCookies([{ name: LANGUAGE_COOKIE, value: language, url }]);
  await page.reload();
  const faults = await faultsOf(page);
  if (language !== "en") return faults;
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await faultsOf(page);
  await page.emulateMedia({ colorScheme: "light" });
  return [...faults, ...dark.map((fault) => `dark: ${fault}`)];
}

async function faultsOf(page: Page): Promise<string[]> {
  await layOutAll(page);
  // Without frames there is nothing to ask a second page for, which is most of the time that axe takes.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return [
    ...violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    ...(overflow > 0 ? [`${overflow} px too wide`] : []),
  ];
}

/** Shows the page that is open in each language. */
async function expectNoFaults(page: Page) {
  const address = page.url();
  const texts = new Set<string>();
  for (const language of languages) {
    expect(await faultsIn(page, language), `${address} in ${language}`).toEqual([]);
    await expect(page, language).toHaveURL(address);
    await expect(page.locator("html"), address).toHaveAttribute("lang", language);
    texts.add(await page.getByRole("main").innerText());
  }
  expect(texts.size, `${address}: each language says it in words of its own`).toBe(
    languages.length,
  );
}

const states = Object.entries(pages).flatMap(([address, arrivals]) =>
  Object.entries(arrivals).map(([state, arrive]) => ({ name: `${address}, ${state},`, arrive })),
);

for (const { name, arrive } of states) {
  test(`${name} has no fault in any language`, async ({ page }) => {
    await arrive(page);
    await expectNoFaults(page);
  });
}

test("the pages without buttons have no fault in any language", async ({ page }) => {
  for (const path of ["/", ...nowhere.slice(0, 1)]) {
    await page.goto(path);
    await expectNoFaults(page);
  }
  await signedIn(page, "Federia", "Anna Peeters");
  for (const path of ownNowhere.slice(0, 1)) {
    await page.goto(path);
    await expectNoFaults(page);
  }
});

import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { root } from "./support/children";
import { pages } from "./support/every-page";
import { startExampleCrm } from "./support/example-crm";
import { test } from "./support/test";

/** Every button of every page works without JavaScript. A page that is new fails here until it is listed. */

test("every page of the build is listed", () => {
  const manifest = join(root, ".next/app-path-routes-manifest.json");
  const built = Object.entries(JSON.parse(readFileSync(manifest, "utf8")) as object)
    .filter(([file, address]) => file.endsWith("/page") && address !== "/_global-error")
    .map(([, address]) => address);
  expect(Object.keys(pages).toSorted()).toEqual(built.toSorted());
});

test.describe("the page of last resort", () => {
  // It is made when the app is built, so its styles and scripts have no nonce, and do not count.
  test.use({ expectedConsoleErrors: [/Content Security Policy|status of 500/] });

  test("can be read without styles and scripts, and its button asks once more", async ({
    page,
  }) => {
    const body = readFileSync(join(root, ".next/server/pages/500.html"), "utf8");
    const policy = (await page.request.get("/sign-in")).headers()["content-security-policy"] ?? "";
    let asked = 0;
    await page.route(/\/broken\b/, (route) => {
      asked += 1;
      const headers = { "content-type": "text/html", "content-security-policy": policy };
      return route.fulfill({ status: 500, headers, body });
    });
    await page.goto("/broken");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.getByRole("button").click();
    await expect.poll(() => asked).toBe(2);
  });
});

test.describe("without JavaScript", () => {
  let child: ChildProcess;
  test.beforeAll(async () => {
    child = await startExampleCrm(); // where people go back to
  });
  test.afterAll(() => void child.kill("SIGTERM"));

  // With a notice, the page's icon comes after its head, so the browser first tries the default address.
  test.use({ javaScriptEnabled: false, expectedConsoleErrors: [/favicon\.ico/] });

  for (const [address, states] of Object.entries(pages)) {
    for (const [state, arrive] of Object.entries(states)) {
      test(`every button of ${address}, ${state}, leads on`, async ({ page, portals }) => {
        test.slow();
        await arrive(page);
        const buttons = await buttonsOn(page).count();
        expect(await page.locator("button:not(form button)").count(), "outside a form").toBe(0);
        expect(buttons).toBeGreaterThan(0);
        expect(await page.content()).not.toMatch(/<template id="[BP]:|<div hidden="" id="S:/);
        for (let n = 0; n < buttons; n += 1) {
          if (n > 0) {
            await page.context().clearCookies();
            await portals.reset();
            await arrive(page);
          }
          await expectToLeadOn(page, n);
        }
      });
    }
  }
});

/** Every button; of those of the language switch, which differ in their language alone, the one of the language that is chosen. */
function buttonsOn(page: Page) {
  return page.locator("button:not([name=language]), button[name=language][aria-current=true]");
}

/** Presses the button of this number, with all that is folded away unfolded, and all fields filled in and lists chosen from. */
async function expectToLeadOn(page: Page, number: number) {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  const button = buttonsOn(page).nth(number);
  const name = (await button.textContent()) ?? "";
  const form = button.locator("xpath=ancestor::form");
  for (const field of await form.locator("input[required]").all()) await field.fill("something");
  for (const list of await form.locator("select").all())
    await list.selectOption({ index: (await list.locator("option").count()) - 1 });
  const method = await form.evaluate((it: HTMLFormElement) => it.method.toUpperCase());
  const sent = page.waitForRequest((request) => request.method() === method);
  const answered = page.waitForResponse((response) => response.request().method() === method);
  await button.click();
  expect((await sent).isNavigationRequest(), name).toBe(true);
  expect((await answered).status(), name).toBe(method === "POST" ? 303 : 200);
  await page.waitForLoadState();
  await expect(page.getByRole("heading", { level: 1 }), name).not.toContainText(/went wrong/i);
}

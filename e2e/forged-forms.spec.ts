import { expect, type Page } from "@playwright/test";
import { simulator } from "./support/apps";
import { cardOf, forge, link, manage, signIn, test } from "./support/test";

/** What the dashboard's forms do when somebody has tampered with them, or sends them from elsewhere. */

test.use({ announced: [/status of (404|500)/] });

test("nobody sees or unlinks what is linked to somebody else", async ({ page, browser }) => {
  const other = await (await browser.newContext()).newPage();
  for (const [tab, user] of [
    [page, "Anna Peeters"],
    [other, "Bram Declercq"],
  ] as const) {
    await signIn(tab, "Federia", user);
    await link(tab, "ImmoScout24", null, "Greta Schulz");
  }
  const card = await manage(other, "ImmoScout24");
  const address = await card.getByRole("link", { name: /^Unlink/ }).getAttribute("href");
  expect((await page.goto(address ?? ""))?.status()).toBe(404);

  await page.goto("/dashboard");
  await (await manage(page, "ImmoScout24")).getByRole("link", { name: /^Unlink/ }).click();
  const [, id = ""] = /links\/([^/]+)\//.exec(address ?? "") ?? [];
  const unlink = page.getByRole("button", { name: "Unlink ImmoScout24" });
  await forge(page.locator("form").filter({ has: unlink }), "link", id);
  await unlink.click();
  await expect(page).toHaveURL("/dashboard");
  for (const tab of [page, other]) {
    await tab.goto("/dashboard");
    await expect(cardOf(tab, "ImmoScout24")).toBeVisible();
  }
  await other.context().close();
});

test("our forms do nothing when another site sends them, and do it when we do", async ({
  page,
}) => {
  await signIn(page, "Federia", "Anna Peeters");
  await link(page, "ImmoScout24", null, "Greta Schulz");
  await (await manage(page, "ImmoScout24")).getByRole("link", { name: /^Unlink/ }).click();
  await page.getByRole("button", { name: /^Unlink/ }).waitFor();
  const forms = [await formAt(page, page.url()), await formAt(page, "/dashboard/account/delete")];
  for (const form of forms) {
    await page.goto(simulator.portals); // the same site to a browser, and another origin
    expect(await send(page, form)).toBe(500);
    await page.waitForURL(form.action);
    await page.goto("/dashboard");
    await expect(page.getByRole("article")).toHaveCount(2);
  }
  for (const form of forms) {
    await page.goto("/dashboard");
    await send(page, form);
    await expect(page).toHaveURL(/done=(unlinked|account_deleted)/);
  }
});

type Form = { action: string; fields: [string, string][] };

/** The one form of a page, as the server wrote it. */
async function formAt(page: Page, address: string): Promise<Form> {
  await page.goto(address);
  const form = page.locator("main form");
  const fields = await form.evaluate((it: HTMLFormElement) => [...new FormData(it)] as never);
  return { action: page.url(), fields };
}

/** Sends a form from the page that is open; resolves to the status of the answer. */
async function send(page: Page, form: Form) {
  const answered = page.waitForResponse(
    (response) => response.url() === form.action && response.request().method() === "POST",
  );
  await page.evaluate(({ action, fields }) => {
    const made = Object.assign(document.createElement("form"), {
      action,
      method: "post",
      enctype: "multipart/form-data",
    });
    for (const [name, value] of fields) {
      made.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(made);
    made.submit();
  }, form);
  return (await answered).status();
}

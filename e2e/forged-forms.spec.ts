import { expect, type Page } from "@playwright/test";
import { simulator } from "./support/apps";
import { type LinkFlow, linkAttempt, signInAttempt } from "./support/flow-endings";
import { askToUnlink, forge, link, openLink, rowOf, rowsOf, signedIn, test } from "./support/test";

/** The dashboard's forms when they were changed, or are sent from another site. */

test.use({ expectedConsoleErrors: [/status of (403|404)/] });

const spark: LinkFlow = { portal: "Flexmls", person: "Sandra Key" };
const immoScout24: LinkFlow = { portal: "ImmoScout24", person: "Greta Schulz" };

test("a user cannot see or unlink the link of another user", async ({ page, browser }) => {
  const other = await (await browser.newContext()).newPage();
  for (const [tab, user] of [
    [page, "Anna Peeters"],
    [other, "Bram Declercq"],
  ] as const) {
    await signedIn(tab, "Federia", user);
    await link(tab, "ImmoScout24", "Greta Schulz");
  }
  await openLink(other, "ImmoScout24");
  const address = new URL(other.url()).pathname;
  for (const theirs of [address, `${address}/unlink`])
    expect((await page.goto(theirs))?.status()).toBe(404);

  await page.goto("/dashboard");
  await askToUnlink(page, "ImmoScout24");
  const id = address.split("/").at(-1) ?? "";
  const unlink = page.getByRole("button", { name: "Unlink ImmoScout24" });
  await forge(page.locator("form").filter({ has: unlink }), "link", id);
  await unlink.click();
  await expect(page).toHaveURL("/dashboard");
  for (const tab of [page, other]) {
    await tab.goto("/dashboard");
    await expect(rowOf(tab, "ImmoScout24")).toBeVisible();
  }
  await other.context().close();
});

test("our forms do nothing when another site sends them, and work when our own page does", async ({
  page,
  browser,
}) => {
  test.slow();
  const earlier = await (await browser.newContext()).newPage();
  expect(await signInAttempt(earlier, "Sandra Key")()).toBe("Welcome");
  await earlier.context().close();
  await signedIn(page, "Federia", "Anna Peeters");
  expect(await linkAttempt(page, immoScout24)()).toBe("Linked");
  await askToUnlink(page, "ImmoScout24");
  const unlink = page.url();
  expect(await linkAttempt(page, spark)()).toBe("This login has a dashboard of its own");
  const forms = [
    await formAt(page, page.url(), "Bring it here"),
    await formAt(page, unlink, "Unlink ImmoScout24"),
    await formAt(page, "/dashboard/account/delete", "Delete my account"),
  ];
  for (const form of forms) {
    await page.goto(simulator.portals); // for a browser the same site, but another origin
    expect(await send(page, form)).toBe(403);
    await page.waitForURL(form.action);
    await page.goto("/dashboard");
    await expect(rowsOf(page)).toHaveCount(2);
  }
  for (const [n, done] of ["brought", "unlinked", "account_deleted"].entries()) {
    await page.goto("/dashboard");
    await send(page, forms[n]);
    await expect(page).toHaveURL(new RegExp(`done=${done}`));
  }
});

type Form = { action: string; fields: [string, string][] };

/** One of our forms, as the server rendered it. */
async function formAt(page: Page, address: string, name: string): Promise<Form> {
  await page.goto(address);
  const form = page
    .locator("form")
    .filter({ has: page.getByRole("button", { name, exact: true }) });
  const fields = await form.evaluate((it: HTMLFormElement) => [...new FormData(it)] as never);
  return { action: page.url(), fields };
}

/** Sends a form from the open page; returns the status of the answer. */
async function send(page: Page, form: Form | undefined) {
  if (!form) throw new Error("no form");
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

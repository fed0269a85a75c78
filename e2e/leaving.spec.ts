import { expect } from "@playwright/test";
import {
  cardOf,
  link,
  manage,
  noticeOf,
  signedIn,
  test,
  unlink,
  whoIsSignedIn,
} from "./support/test";

/** What goes when somebody unlinks or leaves, and what may not. */

test.use({ expectedConsoleErrors: [/404/] }); // the page of a link that is gone

test("the only way in is not unlinked, and the page says how to go on", async ({ page }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "ImmoScout24", null, "Greta Schulz"); // nobody signs in with that
  const card = await manage(page, "MLSConnect Federia");
  await card.getByRole("link", { name: /^Unlink/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "MLSConnect Federia is your only way in",
  );
  await expect(page.getByRole("button", { name: /^Unlink/ })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Delete my account" })).toBeVisible();
  await page.getByRole("link", { name: "Link another portal" }).click();
  await link(page, "Spark", null, "Sandra Key");
  await unlink(page, "MLSConnect Federia");
  await expect(noticeOf(page)).toContainText("Unlinked");
  await expect(page.getByRole("article")).toHaveCount(2);
});

test("of two ways in that are unlinked in the same moment, one stays", async ({
  page,
  context,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "Spark", null, "Sandra Key");
  const tabs = [page, await context.newPage()];
  for (const [n, name] of ["MLSConnect Federia", "Spark"].entries()) {
    const tab = tabs[n] ?? page;
    await tab.goto("/dashboard");
    const card = await manage(tab, name);
    await card.getByRole("link", { name: /^Unlink/ }).click();
    await tab.getByRole("button", { name: /^Unlink/ }).waitFor();
  }
  await Promise.all(tabs.map((tab) => tab.getByRole("button", { name: /^Unlink/ }).click()));
  const titles = await Promise.all(
    tabs.map((tab) => noticeOf(tab).getByRole("heading").innerText()),
  );
  expect(titles.toSorted()).toEqual(["This is your only way in", "Unlinked"]);
  await page.goto("/dashboard");
  await expect(page.getByRole("article")).toHaveCount(1);
});

test("back from where something was unlinked, nothing is unlinked twice", async ({ page }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "ImmoScout24", null, "Greta Schulz");
  await unlink(page, "ImmoScout24");
  await expect(noticeOf(page)).toContainText("Unlinked");
  await page.goBack();
  const gone = page.getByRole("heading", { name: "There is nothing at this address" });
  const confirm = page.getByRole("button", { name: /^Unlink/ });
  const dashboard = page.getByRole("heading", { name: "Your portals" });
  await gone.or(confirm).or(dashboard).waitFor();
  if (await confirm.isVisible()) {
    await confirm.click();
    await expect(dashboard.or(gone)).toBeVisible();
  }
  await page.goto("/dashboard");
  await expect(cardOf(page, "MLSConnect Federia")).toBeVisible();
  await expect(page.getByRole("article")).toHaveCount(1);
});

test("whoever deletes their account is somebody new when they come back", async ({
  page,
  context,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "ImmoScout24", null, "Greta Schulz");
  const before = await whoIsSignedIn(context);
  const elsewhere = await context.browser()?.newContext();
  if (!elsewhere) throw new Error("no browser");
  await elsewhere.addCookies(await context.cookies());

  await page.getByRole("link", { name: "Account" }).click();
  await page.getByRole("link", { name: "Delete my account" }).click();
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expect(noticeOf(page)).toContainText("Your account is deleted");
  expect(await whoIsSignedIn(context)).toBeNull();
  expect(await whoIsSignedIn(elsewhere)).toBeNull(); // nor anywhere else
  await elsewhere.close();

  await page.goto("/start/mlsconnect/federia");
  const consent = page.getByRole("button", { name: "Authorize", exact: true });
  await consent.or(page.getByRole("heading", { name: "Your portals" })).waitFor();
  if (await consent.isVisible()) await consent.click();
  await expect(page).toHaveURL(/done=signed_in/);
  await expect(page.getByRole("article")).toHaveCount(1);
  expect((await whoIsSignedIn(context)).id).not.toBe(before.id);
});

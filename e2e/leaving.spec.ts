import { expect } from "@playwright/test";
import {
  askToUnlink,
  link,
  noticeOf,
  rowOf,
  rowsOf,
  signedIn,
  test,
  unlink,
  whoIsSignedIn,
} from "./support/test";

/** Unlinking, and deleting the account. */

test.use({ expectedConsoleErrors: [/404/] }); // the page of a link that is gone

test("the only login of a user cannot be unlinked, and the page says how to go on", async ({
  page,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "ImmoScout24", "Greta Schulz"); // ImmoScout24 is no way to sign in
  await askToUnlink(page, "Federia");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Federia is your only way in");
  await expect(page.getByRole("button", { name: /^Unlink/ })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Delete my account" })).toBeVisible();
  await page.getByRole("link", { name: "Link another portal" }).click();
  await link(page, "Flexmls", "Sandra Key");
  await unlink(page, "Federia");
  await expect(noticeOf(page)).toContainText("Unlinked");
  await expect(rowsOf(page)).toHaveCount(2);
});

test("when both logins of a user are unlinked at the same time, one stays", async ({
  page,
  context,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "Flexmls", "Sandra Key");
  const tabs = [page, await context.newPage()];
  for (const [n, name] of ["Federia", "Flexmls"].entries()) {
    const tab = tabs[n] ?? page;
    await tab.goto("/dashboard");
    await askToUnlink(tab, name);
    await tab.getByRole("button", { name: /^Unlink/ }).waitFor();
  }
  await Promise.all(tabs.map((tab) => tab.getByRole("button", { name: /^Unlink/ }).click()));
  const titles = await Promise.all(
    tabs.map((tab) => noticeOf(tab).getByRole("heading").innerText()),
  );
  expect(titles.toSorted()).toEqual(["This is your only way in", "Unlinked"]);
  await page.goto("/dashboard");
  await expect(rowsOf(page)).toHaveCount(1);
});

test("the back button after an unlink does not unlink again", async ({ page }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "ImmoScout24", "Greta Schulz");
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
  await expect(rowOf(page, "Federia")).toBeVisible();
  await expect(rowsOf(page)).toHaveCount(1);
});

test("a user who deletes the account comes back as a new user", async ({ page, context }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "ImmoScout24", "Greta Schulz");
  const before = await whoIsSignedIn(context);
  const elsewhere = await context.browser()?.newContext();
  if (!elsewhere) throw new Error("no browser");
  await elsewhere.addCookies(await context.cookies());

  await page.getByRole("link", { name: "Account" }).click();
  await page.getByRole("link", { name: "Delete my account" }).click();
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expect(noticeOf(page)).toContainText("Your account is deleted");
  expect(await whoIsSignedIn(context)).toBeNull();
  expect(await whoIsSignedIn(elsewhere)).toBeNull(); // other browsers are signed out too
  await elsewhere.close();

  await page.goto("/start/mlsconnect/federia");
  const consent = page.getByRole("button", { name: "Authorize", exact: true });
  await consent.or(page.getByRole("heading", { name: "Your portals" })).waitFor();
  if (await consent.isVisible()) await consent.click();
  await expect(page).toHaveURL(/done=signed_in/);
  await expect(rowsOf(page)).toHaveCount(1);
  expect((await whoIsSignedIn(context)).id).not.toBe(before.id);
});

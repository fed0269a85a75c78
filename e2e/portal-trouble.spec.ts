import { expect, type Page } from "@playwright/test";
import { link, openLink, rowOf, rowsOf, signedIn, test } from "./support/test";

/** A portal in trouble: its links wait, and one sentence says so for all of them. */

const boards = ["Federia", "MLS Côte d'Azur", "MLS Caraïbes"];
const sentence = /has had trouble since .* You do not need to do anything\./;

/** Presses the button that asks every portal, and waits for what comes of it. */
async function checkAll(page: Page) {
  await page.goto("/dashboard");
  await page.getByRole("button", { name: "Check now", exact: true }).click();
  await page.waitForURL(/done=checked/);
  await page.goto("/dashboard");
}

test("links of a portal that hangs, and then fails, wait under one sentence until it is well again", async ({
  page,
  portals,
}) => {
  test.slow(); // a portal that hangs is waited for, and one that is left alone rests
  await signedIn(page, "Federia", "Anna Peeters");
  await link(page, "MLS Côte d'Azur", "Claire Martin");
  await link(page, "MLS Caraïbes", "Josiane Célestin");
  await link(page, "Otodom", "Olga Nowak");
  await checkAll(page);
  await expect(page.getByText("All 4 work", { exact: true })).toBeVisible();

  await portals.fault({ host: "mls-connect.com", at: "me", kind: "hang" });
  await checkAll(page);
  await portals.fault({ host: "mls-connect.com", at: "me", kind: "error-503" });
  await checkAll(page);

  const waiting = page.getByRole("region", { name: "Waiting for the portal", exact: true });
  await expect(rowsOf(page)).toHaveCount(4);
  for (const board of boards) await expect(rowOf(page, board)).toContainText("On hold");
  await expect(waiting.locator(".link-row")).toHaveCount(boards.length);
  await expect(page.getByText(sentence)).toHaveCount(1);
  await expect(waiting.getByText(sentence)).toHaveText(/^MLSConnect has had trouble/);
  await expect(waiting.locator(".link-told")).toHaveCount(0); // what is said once is not said again
  await expect(page.getByText("3 of 4 wait for their portal", { exact: true })).toBeVisible();
  await expect(page.getByRole("region", { name: "Needs you", exact: true })).toHaveCount(0);
  await expect(page.getByText(/needs? you/i)).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Reconnect / })).toHaveCount(0);
  await expect(page).toHaveTitle(/^Your portals · /);
  await expect(rowOf(page, "Otodom")).toContainText("Works");

  const own = await openLink(page, "Federia");
  await expect(own.getByText(sentence)).toHaveText(/^Federia has had trouble/);

  await portals.recover();
  await expect(async () => {
    await checkAll(page); // as soon as its rest is over
    await expect(page.getByText("All 4 work", { exact: true })).toBeVisible({ timeout: 500 });
  }).toPass({ intervals: [2_000] });
  await expect(page.getByText(sentence)).toHaveCount(0);
  await expect(waiting).toHaveCount(0);
  await openLink(page, "Federia");
  await expect(page.getByText(sentence)).toHaveCount(0);
});

import { expect } from "@playwright/test";
import { apps } from "./support/apps";
import { linkManyBoards } from "./support/many-links";
import { noticeOf, rowsOf, test } from "./support/test";

test("a list of links is sent once, and is whole after a press and after a way back", async ({
  page,
}) => {
  test.slow();
  await linkManyBoards(page);
  const dashboard = `${apps.shared.url}/dashboard`;
  await page.goto(dashboard);
  await expect(rowsOf(page)).toHaveCount(42);
  const address = await rowsOf(page).first().getByRole("link").getAttribute("href");
  const markup = await (await page.request.get(dashboard)).text();
  const id = address?.split("/").at(-1) ?? "no link";
  expect(markup.split(id)).toHaveLength(2); // in its address, and in no data beside it

  await page.waitForLoadState("networkidle"); // its scripts run
  await expect(rowsOf(page)).toHaveCount(42);
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(noticeOf(page)).toContainText("work");
  await expect(rowsOf(page)).toHaveCount(42);
  await page.goBack();
  await expect(page).toHaveURL(dashboard);
  await expect(rowsOf(page)).toHaveCount(42);
  await expect(rowsOf(page).first().getByRole("link")).toHaveAttribute("href", address ?? "");
});

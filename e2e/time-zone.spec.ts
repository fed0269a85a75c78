import { type BrowserContext, expect } from "@playwright/test";
import { signedIn, test } from "./support/test";

/** Times are those of the reader, and no page is replaced for that. */

test("the time zone of the reader is known from the first page on, and no page is fetched for it again", async ({
  page,
  context,
}) => {
  const fetched: string[] = [];
  page.on("request", (request) => {
    const isPrefetch = "next-router-prefetch" in request.headers();
    if (/\/dashboard(\?|$)/.test(request.url()) && !isPrefetch)
      fetched.push(request.resourceType());
  });
  await signedIn(page, "Federia", "Anna Peeters");
  await page.waitForLoadState("networkidle");
  expect(fetched).toEqual(["document"]);
  await page.getByRole("main").getByText("Exact times").click();
  await expect(page.getByText(/\d\d:\d\d CE?S?T|\d\d:\d\d GMT\+[12]/).first()).toBeVisible();
  expect(await timeZone(context)).toBe("Europe%2FBrussels");
  await page.reload();
  await expect(page.getByText(/Linked since \d+ \w+ \d{4}$/).first()).toBeVisible();
});

async function timeZone(context: BrowserContext) {
  return (await context.cookies()).find(({ name }) => name === "portico.time-zone")?.value;
}

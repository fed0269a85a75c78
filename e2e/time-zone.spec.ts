import { type BrowserContext, expect } from "@playwright/test";
import { openLink, signedIn, test } from "./support/test";

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
  const times = (await openLink(page, "Federia")).getByRole("region", { name: "Times" });
  const exact = times.getByText(/\d\d:\d\d CE?S?T|\d\d:\d\d GMT\+[12]/);
  await expect(exact.first()).toBeVisible();
  expect(await timeZone(context)).toBe("Europe%2FBrussels");
  await page.reload();
  await expect(exact.first()).toBeVisible();
});

async function timeZone(context: BrowserContext) {
  return (await context.cookies()).find(({ name }) => name === "portico.time-zone")?.value;
}

import { expect } from "@playwright/test";
import { apps, hiddenApi } from "./support/apps";
import { test } from "./support/test";

/** The API's document as a page. That nothing is blocked by its policy, the fixture sees: it would be in the console. */

type Methods = Record<"get" | "post" | "delete", { summary: string } | undefined>;

const docs = `${apps.main.url}/api/v1/docs`;

for (const width of [360, 1440]) {
  test(`the API's page shows every call, ${width} px`, async ({ page }) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.setViewportSize({ width, height: 800 });
    await page.goto(docs);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Portico: the API");
    const document = await (await page.request.get(`${apps.main.url}/api/v1/openapi.json`)).json();
    for (const { get, post, delete: remove } of Object.values<Methods>(document.paths)) {
      for (const call of [get, post, remove]) {
        if (call) await page.getByText(call.summary, { exact: true }).click();
      }
    }
    await expect(page.getByText("min_ttl").first()).toBeVisible();
    await expect(page.getByRole("button", { name: /authorize|try it out/i })).toHaveCount(0);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    const elsewhere = asked.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(docs));
    expect(elsewhere).toEqual([`${apps.main.url}/api/v1/openapi.json`]);
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the API's page leads to the document", async ({ page }) => {
    await page.goto(docs);
    await page.getByRole("link", { name: "the OpenAPI document" }).click();
    await expect(page).toHaveURL(`${apps.main.url}/api/v1/openapi.json`);
  });
});

test("the API's page is where the API is", async ({ page, request }) => {
  await page.goto(`${hiddenApi}/docs`);
  await expect(page.getByRole("button", { name: "Which links there are" })).toBeVisible();
  for (const path of ["docs", "docs/page.js"]) {
    expect((await request.get(`${apps.hidden.url}/api/v1/${path}`)).status()).toBe(404);
  }
  const script = await request.get(`${docs}/swagger-ui-bundle.js`);
  expect(script.headers()["content-encoding"]).toBe("gzip");
});

import { expect } from "@playwright/test";
import { apps } from "./support/apps";
import { signedIn, test } from "./support/test";

/** Pages are sent whole: nothing waits for a script to put it in its place. */

const publicPages = ["/", "/sign-in", "/sign-in?problem=timed_out", "/nowhere"];
const ownPages = ["/dashboard", "/dashboard?problem=timed_out", "/dashboard/account"];
const morePages = ["/dashboard/account/delete", "/dashboard/activity"];

test.use({ javaScriptEnabled: false, expectedConsoleErrors: [/404/] });

for (const [boards, app] of [
  ["4 boards", apps.main],
  ["many boards", apps.shared],
] as const) {
  test(`with ${boards}, no page has a part that is sent later, and each button is in its form`, async ({
    page,
  }) => {
    const checked = async (path: string) => {
      const answer = await page.goto(`${app.url}${path}`);
      const html = (await answer?.text()) ?? "";
      expect(html, path).toContain("</html>");
      expect(html, path).not.toMatch(/<template|hidden="" id="S:|\$R[CSX]\(/);
      const outside = page.locator("button[type=submit]:not(form button)");
      await expect(outside, path).toHaveCount(0);
    };
    for (const path of publicPages) await checked(path);
    await signedIn(page, "Federia", "Anna Peeters", app);
    const unlink = await page.locator('a[href$="/unlink"]').first().getAttribute("href");
    for (const path of [...ownPages, ...morePages, unlink ?? ""]) await checked(path);
  });
}

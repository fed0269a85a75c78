import { expect } from "@playwright/test";
import { apps } from "./support/apps";
import { nowhere, ownNowhere } from "./support/every-page";
import { openLink, signedIn, test } from "./support/test";

/** Pages are sent whole: nothing waits for a script to put it in its place. */

const publicPages = ["/", "/sign-in", "/sign-in?problem=timed_out"];
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
    const checked = async (path: string, status = 200) => {
      const answer = await page.goto(`${app.url}${path}`);
      expect(answer?.status(), path).toBe(status);
      const html = (await answer?.text()) ?? "";
      expect(html, path).toContain("</html>");
      expect(html, path).not.toMatch(/<template|hidden="" id="S:|\$R[CSX]\(/);
      await expect(page.getByRole("heading", { level: 1 }), path).toHaveCount(1);
      const outside = page.locator("button[type=submit]:not(form button)");
      await expect(outside, path).toHaveCount(0);
    };
    for (const path of publicPages) await checked(path);
    for (const path of nowhere) await checked(path, 404);
    await signedIn(page, "Federia", "Anna Peeters", app);
    await openLink(page, "Federia");
    const link = new URL(page.url()).pathname;
    const linkPages = [link, `${link}?done=named&connection=mlsconnect-federia`, `${link}/unlink`];
    for (const path of [...ownPages, ...morePages, ...linkPages]) await checked(path);
    for (const path of ownNowhere) await checked(path, 404);
  });
}

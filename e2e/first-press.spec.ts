import { type BrowserContext, expect, type Page } from "@playwright/test";
import { type App, apps, simulator } from "./support/apps";
import { type EarlyPress, earlyPress } from "./support/early-press";
import { agree, leaveFor, openLink, signedIn, test } from "./support/test";

/** A page is ready when it is shown: the first press counts, and nothing moves when scripts arrive. */

const ways: [App, EarlyPress["how"]][] = [
  [apps.main, "nothing chosen"],
  [apps.main, "as it was left"],
  [apps.main, "a board"],
  [apps.shared, "nothing chosen"],
  [apps.shared, "as it was left"],
  [apps.shared, "a board"],
  [apps.shared, "words and button"],
  [apps.shared, "words and Enter"],
];

test("an early press on the sign-in page leads to the board that was meant", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  for (const [n, [app, how]] of ways.entries()) {
    for (const scriptsAfterMs of [0, 1_500]) {
      const when = { afterMs: 200 * n, scriptsAfterMs, slowdown: 4 };
      const press = { how, ...when, board: n + 2, width: n % 2 ? 390 : 1280 };
      const places = { url: app.url, portals: simulator.portals };
      expect(await earlyPress(browser, { ...press, ...places })).toMatchObject({ end: "right" });
    }
  }
});

const strangers = ["/", "/sign-in", "/sign-in?problem=timed_out&connection=mlsconnect-federia"];
const users = [
  "/dashboard",
  "/dashboard?problem=timed_out&connection=spark&mode=link",
  "/dashboard?connect=immoscout24",
  "/dashboard/account",
  "/dashboard/account/delete",
  "/dashboard/activity",
];

test.describe("nothing moves when scripts arrive", () => {
  test.use({ expectedConsoleErrors: [/404/] });

  for (const [boards, app] of [
    ["4 boards", apps.main],
    ["44 boards", apps.shared],
  ] as const) {
    for (const width of [390, 1280]) {
      test(`${boards}, ${width} px`, async ({ page, context }) => {
        test.setTimeout(60_000);
        await page.setViewportSize({ width, height: 800 });
        await recordShifts(page);
        for (const path of [...strangers, "/nowhere"])
          expect(await shiftsOn(page, `${app.url}${path}`)).toEqual([]);
        await signedIn(page, "Federia", "Anna Peeters", app);
        await openLink(page, "Federia");
        const link = new URL(page.url()).pathname;
        for (const path of [...users, link, `${link}/unlink`]) {
          await forgetTimeZone(context);
          expect(await shiftsOn(page, `${app.url}${path}`)).toEqual([]);
        }
      });
    }
  }
});

test("the focus stays where the person has put it before scripts run", async ({ page }) => {
  await page.goto("/sign-in?problem=timed_out&connection=mlsconnect-federia", {
    waitUntil: "commit",
  });
  const board = page.getByLabel("Board", { exact: true });
  await board.focus();
  await page.waitForLoadState("networkidle");
  await expect(board).toBeFocused();
});

test("a notice that appears on the page takes the focus", async ({ page }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(page).toHaveURL(/done=checked/);
  await expect(page.locator("section:focus")).toContainText("Federia works");
});

test("a board that is chosen among many on the dashboard is the one that is linked", async ({
  page,
}) => {
  await signedIn(page, "Federia", "Anna Peeters", apps.shared);
  await leaveFor(page, "MLS Caraïbes");
  await agree(page, "Josiane Célestin");
  await expect(page).toHaveURL(/done=linked&connection=mlsconnect-caraibes/);
});

/** Every shift of the layout that the page has seen so far, also in answer to a press. */
type Shift = { value: number; moved: string[] };

async function recordShifts(page: Page) {
  await page.addInitScript(() => {
    const shifts: Shift[] = [];
    Object.assign(window, { shifts });
    const nameOf = (node: Node | null | undefined) =>
      (node instanceof Element ? node.outerHTML : (node?.textContent ?? "")).slice(0, 80);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, sources } = entry as unknown as {
          value: number;
          sources: { node?: Node | null }[];
        };
        shifts.push({ value, moved: sources.map(({ node }) => nameOf(node)) });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

async function shiftsOn(page: Page, url: string): Promise<Shift[]> {
  await page.goto(url, { waitUntil: "networkidle" });
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)));
    return (window as unknown as { shifts: Shift[] }).shifts;
  });
}

function forgetTimeZone(context: BrowserContext) {
  return context.clearCookies({ name: "portico.time-zone" });
}

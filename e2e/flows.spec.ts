import { expect, type Page } from "@playwright/test";
import {
  agree,
  chooseBoard,
  leaveFor,
  link,
  noticeOf,
  rowsOf,
  signedIn,
  signIn,
  test,
  whoIsSignedIn,
} from "./support/test";

const boards = ["Federia", "MLS Côte d'Azur", "MLS Caraïbes", "Federia (staging)"];
const people = ["Anna Peeters", "Claire Martin", "Josiane Célestin", "Test Tester"];

/** Starts a sign-in in several tabs, each at another board, and finishes them in the given order. */
async function inTabs(open: () => Promise<Page>, starts: number[], ends: number[]) {
  const tabs = new Map<number, Page>();
  for (const n of starts) {
    const tab = await open();
    tabs.set(n, tab);
    await chooseBoard(tab, boards[n] ?? "");
  }
  for (const n of ends) {
    const tab = tabs.get(n);
    if (!tab) throw new Error(`no tab ${n}`);
    await agree(tab, people[n] ?? "");
    await expect(tab).toHaveURL(/\/dashboard\?done=(signed_in|switched)/);
    await expect(tab.getByRole("main").getByText(`Signed in as ${people[n]}`)).toBeVisible();
  }
}

for (const ends of [
  [0, 1],
  [1, 0],
]) {
  test(`two tabs, finished in the order ${ends.join(", ")}, both succeed`, async ({ context }) => {
    await inTabs(() => context.newPage(), [0, 1], ends);
  });
}

for (const ends of [
  [0, 1, 2, 3],
  [3, 2, 1, 0],
  [2, 0, 3, 1],
]) {
  test(`four boards in four tabs, finished in the order ${ends.join(", ")}, all succeed`, async ({
    context,
  }) => {
    await inTabs(() => context.newPage(), [0, 1, 2, 3], ends);
  });
}

test("five tabs at one board all succeed in any order", async ({ context, portals }) => {
  const tabs = await Promise.all([0, 1, 2, 3, 4].map(() => context.newPage()));
  for (const tab of tabs) {
    await chooseBoard(tab, "Federia");
    await tab.getByRole("button", { name: "Anna Peeters" }).waitFor(); // before she logs in there
  }
  for (const [nth, n] of [3, 0, 4, 2, 1].entries()) {
    const tab = tabs[n] as Page;
    if (nth === 0) await agree(tab, "Anna Peeters");
    else await tab.getByRole("button", { name: "Anna Peeters" }).click(); // she has consented in the first tab
    await expect(tab).toHaveURL(/done=signed_in/);
  }
  expect((await portals.counters()).token).toBe(5);
});

test("a double click on the button is one sign-in", async ({ page, portals }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Board", { exact: true }).selectOption({ label: "Federia" });
  await page.getByRole("button", { name: "Sign in with MLSConnect" }).dblclick();
  await agree(page, "Anna Peeters");
  await expect(page).toHaveURL(/\/dashboard\?done=signed_in/);
  expect((await portals.counters()).token).toBe(1);
});

test("a reload while the board is slow still ends signed in", async ({ page, portals }) => {
  await chooseBoard(page, "Federia");
  await page.getByRole("button", { name: "Dieter Langsam" }).click();
  const callback = nextCallback(page);
  await page.getByRole("button", { name: "Authorize", exact: true }).click({ noWaitAfter: true });
  await page.goto(await callback); // the browser drops the first request
  await expect(page).toHaveURL(/\/dashboard\?done=signed_in/);
  await expect(page.getByRole("main").getByText("Signed in as Dieter Langsam")).toBeVisible();
  expect((await portals.counters()).token).toBe(1);
});

test("the back button and a reload of the callback do nothing a second time", async ({
  page,
  portals,
  context,
}) => {
  const callback = nextCallback(page);
  await signIn(page, "Federia", "Anna Peeters");
  await page.goBack();
  const reload = await callback;
  await expect(() => page.goto(reload)).toPass(); // the way back may be under way still
  await expect(page).toHaveURL(/\/dashboard$/);
  expect((await portals.counters()).token).toBe(1);

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/done=signed_out/);
  await page.goto(await callback);
  await expect(noticeOf(page)).toContainText("This visit is already finished");
  expect(await whoIsSignedIn(context)).toBeNull();
  expect((await portals.counters()).token).toBe(1);
});

test("after a failed sign-in one click starts a new one", async ({ page, portals }) => {
  await portals.fault({ at: "callback", kind: "altered-state", times: 1 });
  await chooseBoard(page, "Federia");
  await agree(page, "Anna Peeters");
  await expect(noticeOf(page)).toContainText("This was not started in this browser");
  await page.getByRole("button", { name: "Try Federia again" }).click();
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
  await expect(page).toHaveURL(/done=signed_in/);
});

test("a second board is linked from the dashboard, and the flow ends there", async ({ page }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await leaveFor(page, "MLS Caraïbes");
  await agree(page, "Josiane Célestin");
  await expect(noticeOf(page)).toContainText("Linked");
  await expect(rowsOf(page)).toHaveCount(2);
  await expect(page.getByRole("main").getByText("Signed in as Anna Peeters")).toBeVisible();
});

test("a member of a user with more links is not linked to another user, and the page says how to go on", async ({
  page,
  context,
}) => {
  await signedIn(page, "MLS Caraïbes", "Josiane Célestin");
  await link(page, "Otodom", "Olga Nowak");
  await context.clearCookies({ domain: "localhost" });
  await signedIn(page, "Federia", "Anna Peeters");
  await leaveFor(page, "MLS Caraïbes");
  await page.getByRole("button", { name: "Josiane Célestin" }).click();
  await expect(noticeOf(page)).toContainText("This login is linked to another person");
  await expect(rowsOf(page)).toHaveCount(1);
});

test("linking after a sign-out in another tab links nothing and uses no code", async ({
  page,
  context,
  portals,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const linking = await context.newPage();
  await linking.goto("/dashboard");
  await leaveFor(linking, "MLS Caraïbes");
  await linking.getByRole("button", { name: "Josiane Célestin" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();

  await agree(linking, "Josiane Célestin");
  await expect(noticeOf(linking)).toContainText("You are not who began this");
  expect((await portals.counters()).token).toBe(1);
  expect(await whoIsSignedIn(context)).toBeNull();
});

test("many unfinished flows do not prevent a sign-in", async ({ page }) => {
  for (let n = 0; n < 9; n += 1) await page.goto("/start/mlsconnect/federia");
  await agree(page, "Anna Peeters");
  await expect(page).toHaveURL(/done=signed_in/);
});

/** The address of the next callback in this page. */
function nextCallback(page: Page): Promise<string> {
  return page.waitForRequest(/\/api\/auth\/callback\//).then((request) => request.url());
}

import AxeBuilder from "@axe-core/playwright";
import { type Browser, expect, type Page } from "@playwright/test";
import { apps, crm, LONG_NAME } from "./support/apps";
import { callCrmApi, connectSession, finishSession } from "./support/connect-session";
import { crmStandIn } from "./support/crm-stand-in";
import { agree, buttonsOf, noticeOf, test } from "./support/test";

/** The page of a connect session, in every state. Its sessions are made by the API; the CRM's pages are tested in crm.spec.ts. */

/** Each kind of portal: its connection, what its button says, and a person there. */
const kinds = [
  ["mlsconnect-federia", "Federia", "Anna Peeters"],
  ["spark", "Flexmls", "Sandra Key"],
  ["spark-oauth2-private", "Flexmls Private", "Sam Broker"],
  ["olx-otodom", "Otodom", "Olga Nowak"],
  ["immoscout24", "ImmoScout24", "Greta Schulz"],
] as const;

const two = ["olx-otodom", "immoscout24"];
const otodom = ["olx-otodom"];

/** Made first and pressed by no person: it expires while the other tests run. */
let unpressed: { id: string; url: string };

let standIn: { close: () => void };

test.beforeAll(async () => {
  unpressed = await connectSession({ connections: two, expires_in: 60 });
  standIn = await crmStandIn();
});

test.afterAll(() => standIn.close());

async function open(page: Page, connections: readonly string[], user?: { external_id: string }) {
  const wish = { connections: [...connections], ...(user && { user }) };
  const session = await connectSession(wish);
  await page.goto(session.url);
  return session;
}

const buttonOf = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Presses a portal's button, and arrives at the portal. */
async function leaveFor(page: Page, button: string) {
  await buttonOf(page, button).click();
  await page.waitForURL((url) => url.origin !== new URL(apps.main.url).origin);
}

async function connectAt(page: Page, button: string, person: string) {
  await leaveFor(page, button);
  await logIn(page, person);
  await buttonOf(page, "Authorize").click();
}

/** Logs in where the portal asks for it: Spark has one login for both of its ways in. */
async function logIn(page: Page, person: string) {
  const login = buttonOf(page, person);
  await login.or(buttonOf(page, "Authorize")).waitFor();
  if (await login.isVisible()) await login.click();
}

/** A portal's row, by its name. */
const rowOf = (page: Page, portal: string) =>
  page.getByRole("listitem").filter({ has: page.getByText(portal, { exact: true }) });

/** Presses the button that leads back. @returns what the client is told in its address */
async function goBack(page: Page) {
  await page.getByRole("button", { name: /go back to Example CRM$/i }).click();
  return wayBack(page);
}

async function wayBack(page: Page) {
  await page.waitForURL(`${crm.url}/portals/back?**`);
  return Object.fromEntries(new URL(page.url()).searchParams);
}

/** What the client learns of a session: its status, and the connections that wait. */
async function stateOf(id: string) {
  const { status, waiting, problems } = await callCrmApi(
    apps.main,
    "GET",
    `connect-sessions/${id}`,
  );
  const names = (list: { connection: string }[]) => list.map(({ connection }) => connection);
  return { status, waiting: names(waiting), problems: names(problems) };
}

for (const [connection, name, person] of kinds) {
  test(`${name} alone is connected in one go`, async ({ page }) => {
    const { id } = await open(page, [connection]);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(
      `Connect ${name} for Example CRM`,
    );
    await connectAt(page, `Connect ${name}`, person);
    const { session, status, code = "" } = await wayBack(page);
    expect([session, status]).toEqual([id, "linked"]);
    expect(await finishSession(id, code)).toEqual([connection]);
  });
}

test("all kinds of portals in one session, and the page is used up afterwards", async ({
  page,
}) => {
  const connections = kinds.map(([connection]) => connection);
  const { id, url } = await open(page, connections);
  for (const [connection, name, person] of kinds) {
    await connectAt(page, `Connect ${name}`, person);
    await expect(rowOf(page, name).getByText("Connected")).toHaveCount(1);
    expect((await stateOf(id)).waiting).toContain(connection);
  }
  await expect(page.getByText("5 portals are connected")).toBeVisible();
  const { code = "" } = await goBack(page);
  expect(await finishSession(id, code)).toEqual(connections);
  await page.goto(url);
  await expect(page.locator("main")).toContainText("What you connected is ready in Example CRM.");
  await expect(buttonsOf(page)).toHaveCount(0);
});

test("a no at each kind of portal is said at its row, and in the way back", async ({ page }) => {
  const connections = kinds.map(([connection]) => connection);
  const { id } = await open(page, connections);
  for (const [connection, name, person] of kinds) {
    await leaveFor(page, `Connect ${name}`);
    await logIn(page, person);
    await buttonOf(page, "Deny").click();
    await expect(noticeOf(page)).toContainText(`Permission was not given`);
    await expect(rowOf(page, name).getByText("You said no")).toBeVisible();
    expect((await stateOf(id)).problems).toContain(connection);
  }
  expect(await goBack(page)).toEqual({ session: id, status: "declined" });
  await page.goBack();
  await expect(page.locator("main")).toContainText("visit is over");
});

test("a portal that answers with errors may be tried again", async ({ page, portals }) => {
  const { id } = await open(page, two);
  await portals.fault({ at: "token", kind: "html-502" });
  await connectAt(page, "Connect Otodom", "Olga Nowak");
  await expect(noticeOf(page)).toContainText("Otodom is having trouble");
  await expect(rowOf(page, "Otodom").getByText("It did not work")).toBeVisible();
  await portals.recover();
  await leaveFor(page, "Try Otodom again");
  await buttonOf(page, "Authorize").click(); // she is still logged in there
  await expect(rowOf(page, "Otodom").getByText("Connected")).toBeVisible();
  await expect(noticeOf(page)).toHaveCount(0);
  expect(await stateOf(id)).toEqual({ status: "waiting", waiting: otodom, problems: [] });
});

test("a portal that is down before anyone gets there has failed, for person and client", async ({
  page,
  portals,
}) => {
  const { id } = await open(page, ["immoscout24"]);
  await portals.fault({ at: "request_token", kind: "unavailable" });
  await buttonOf(page, "Connect ImmoScout24").click();
  await expect(noticeOf(page)).toContainText("ImmoScout24 is having trouble");
  await expect(rowOf(page, "ImmoScout24").getByText("It did not work")).toBeVisible();
  expect(await goBack(page)).toEqual({ session: id, status: "failed" });
});

test("a no without a word, and an answer that cannot be placed, end on the session's page", async ({
  page,
  portals,
}) => {
  const { id } = await open(page, [...two, "spark-oauth2-private"]);
  const address = page.url();
  await portals.options("olx", { refusal: "none" });
  await leaveFor(page, "Connect Otodom");
  await buttonOf(page, "Olga Nowak").click();
  await buttonOf(page, "Deny").click();
  await expect(noticeOf(page)).toContainText("Permission was not given");
  expect(page.url()).toContain(address);

  await portals.fault({ at: "callback", kind: "deny-without-state" });
  await leaveFor(page, "Connect Flexmls Private");
  await buttonOf(page, "Sam Broker").click();
  await buttonOf(page, "Deny").click();
  await expect(noticeOf(page)).toContainText("We cannot tell what this answer belongs to");
  expect(page.url()).toContain(address);
  expect((await stateOf(id)).status).toBe("started"); // who knows whose answers those were
});

test("a reload and the back button change nothing, and lead on", async ({ page }) => {
  const { id, url } = await open(page, two);
  await leaveFor(page, "Connect Otodom");
  await page.goBack();
  await connectAt(page, "Connect Otodom", "Olga Nowak");
  await page.reload();
  await expect(rowOf(page, "Otodom").getByText("Connected")).toBeVisible();

  await page.goBack(); // to the portal's question, which she has answered
  await buttonOf(page, "Authorize").click();
  await expect(page).toHaveURL(url);
  await expect(rowOf(page, "Otodom").getByText("Connected")).toBeVisible();
  expect(await stateOf(id)).toEqual({ status: "waiting", waiting: otodom, problems: [] });
});

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? "with scripts" : "without";
  test(`a double press does no harm, ${scripts}`, async ({ browser }) => {
    const { page, context } = await anotherBrowser(browser, { javaScriptEnabled });
    const { id } = await open(page, otodom);
    await page.getByRole("button", { name: "Connect Otodom" }).dblclick();
    await page.getByRole("button", { name: "Olga Nowak" }).click();
    await page.getByRole("button", { name: "Authorize" }).dblclick();
    const { status, code = "" } = await wayBack(page);
    expect(status).toBe("linked");
    expect(await finishSession(id, code)).toEqual(otodom);
    await context.close();
  });
}

test("the same form sent twice at once begins two visits, of which either will do", async ({
  page,
  context,
}) => {
  const { id, url } = await open(page, otodom);
  const other = await context.newPage();
  await other.goto(url);
  await Promise.all([leaveFor(page, "Connect Otodom"), leaveFor(other, "Connect Otodom")]);
  await agree(page, "Olga Nowak");
  const { code = "" } = await wayBack(page);
  await agree(other, "Olga Nowak");
  const newer = (await wayBack(other)).code ?? "";
  expect(newer).not.toBe(code);
  await expect(finishSession(id, code)).rejects.toThrow("not_finished"); // a newer way back replaces it
  expect(await finishSession(id, newer)).toEqual(otodom);
});

test("two tabs each connect a portal, and both see both; what is over is over in both", async ({
  page,
  context,
}) => {
  const { id, url } = await open(page, two);
  const other = await context.newPage();
  await other.goto(url);
  await leaveFor(page, "Connect Otodom");
  await leaveFor(other, "Connect ImmoScout24");
  await agree(page, "Olga Nowak");
  await expect(page.getByText("1 portal is connected")).toBeVisible();
  await agree(other, "Greta Schulz");
  await expect(other.getByText("2 portals are connected")).toBeVisible();
  await page.reload();
  await expect(page.getByText("2 portals are connected")).toBeVisible();

  const { code = "" } = await goBack(other);
  expect(await finishSession(id, code)).toEqual(two);
  await buttonOf(page, "Connect Otodom again").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "There is nothing left to do here",
  );
});

test("the first browser that presses has the session; another one learns nothing", async ({
  page,
  browser,
}) => {
  const { id, url } = await open(page, otodom);
  const { page: other, context } = await anotherBrowser(browser);
  await other.goto(url);
  await expect(other.getByText("Marta Lis")).toBeVisible();
  await leaveFor(page, "Connect Otodom");
  for (const button of ["Connect Otodom", "Go back to Example CRM"]) {
    await buttonOf(other, button).click();
    await expect(other.getByRole("heading", { level: 1 })).toHaveText(
      "This address is already in use",
    );
    await expect(other.getByText("Marta Lis")).toHaveCount(0);
    await other.goBack();
    if (await buttonOf(other, button).isHidden()) break; // the page is as it is now
  }
  await agree(page, "Olga Nowak");
  expect((await wayBack(page)).session).toBe(id);
  await context.close();
});

test("two sessions in one browser do not get in each other's way", async ({ page, context }) => {
  const first = await open(page, two, { external_id: "first" });
  const other = await context.newPage();
  const second = await open(other, two, { external_id: "second" });
  await leaveFor(page, "Connect Otodom");
  await leaveFor(other, "Connect ImmoScout24");
  await agree(other, "Greta Schulz");
  await agree(page, "Olga Nowak");
  expect((await stateOf(first.id)).waiting).toEqual(["olx-otodom"]);
  expect((await stateOf(second.id)).waiting).toEqual(["immoscout24"]);
  const { code = "" } = await goBack(other);
  expect(await finishSession(second.id, code, "second")).toEqual(["immoscout24"]);
  expect((await goBack(page)).session).toBe(first.id);
});

test("a browser that keeps no cookies is told so, whichever button is pressed", async ({
  page,
  context,
}) => {
  const { id, url } = await open(page, otodom);
  for (const button of ["Connect Otodom", "Go back to Example CRM"]) {
    await context.clearCookies();
    await buttonOf(page, button).click();
    await expect(noticeOf(page)).toContainText("Please allow cookies for this site");
    await page.goto(url);
  }
  expect((await stateOf(id)).status).toBe("open");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false, expectedConsoleErrors: [/favicon\.ico/] });

  test("the whole walk: a no, another try, a second portal, and back", async ({ page }) => {
    const { id } = await open(page, two);
    await leaveFor(page, "Connect Otodom");
    await buttonOf(page, "Olga Nowak").click();
    await buttonOf(page, "Deny").click();
    await expect(rowOf(page, "Otodom").getByText("You said no")).toBeVisible();
    await leaveFor(page, "Try Otodom again");
    await buttonOf(page, "Authorize").click();
    await connectAt(page, "Connect ImmoScout24", "Greta Schulz");
    await expect(page.getByText("2 portals are connected")).toBeVisible();
    const { code = "" } = await goBack(page);
    expect(await finishSession(id, code)).toEqual(two);
  });
});

/** Names as long as they may be, in words that are wider than a phone. */
const longUser = {
  external_id: "long",
  name: `${"Wolfeschlegelsteinhausenbergerdorff".repeat(5)} Nowak`,
  email: `${"marta.lis.".repeat(24)}@crm.ex`,
};

/** Each state of the page, and how to get there. */
const looks: [string, (page: Page, browser: Browser) => Promise<unknown>][] = [
  ["one portal", (page) => open(page, otodom)],
  [
    "some portals, of which one is connected, one failed and one was refused",
    async (page) => {
      await open(
        page,
        kinds.map(([connection]) => connection),
      );
      await connectAt(page, "Connect Otodom", "Olga Nowak");
      await leaveFor(page, "Connect Federia");
      await buttonOf(page, "Anna Peeters").click();
      await buttonOf(page, "Deny").click();
    },
  ],
  ["twelve portals", (page) => connectSession().then(({ url }) => page.goto(url))],
  [
    "fifty portals, for a client and a user of long names",
    async (page) => {
      const { url } = await connectSession({ user: longUser }, apps.shared);
      await page.goto(url);
      await page.getByRole("button", { name: "Connect Otodom" }).click();
      await agree(page, "Olga Nowak");
      await expect(page.getByRole("button", { name: LONG_NAME })).toBeVisible();
    },
  ],
  [
    "in another browser",
    async (page, browser) => {
      const { page: first, context } = await anotherBrowser(browser);
      const { url } = await open(first, otodom);
      await leaveFor(first, "Connect Otodom");
      await context.close();
      await page.goto(url);
    },
  ],
  [
    "over",
    async (page) => {
      const { url } = await open(page, two);
      await goBack(page);
      await page.goto(url);
    },
  ],
  [
    "without cookies",
    async (page) => {
      const { url } = await open(page, two);
      await page.goto(`${url}?cookies=no`);
    },
  ],
];

for (const [state, arrive] of looks) {
  test(`${state}: axe finds nothing, and nothing is cut off at any width`, async ({
    page,
    browser,
  }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await arrive(page, browser);
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    for (const [colorScheme, width] of [
      ["light", 360],
      ["dark", 1440],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
    for (const [width, height] of [
      [320, 256], // 1280 by 1024 at 400 %
      [360, 740],
      [768, 1024],
      [1024, 768],
      [1440, 900],
    ] as const) {
      await page.setViewportSize({ width, height });
      expect(await cutOff(page), `${width} px`).toEqual([]);
    }
  });
}

test("what has the focus is never behind the bar that stays in sight", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto((await connectSession({}, apps.shared)).url);
  const bar = page.locator("main form:has(button[type=submit])").last();
  const all = await buttonsOf(page).count();
  for (let n = 0; n < all - 1; n += 1) {
    await page.keyboard.press("Tab");
    const focus = page.locator("main button:focus");
    if ((await focus.count()) === 0) continue; // the link that skips to the content
    const [row, edge] = [await focus.boundingBox(), await bar.boundingBox()];
    expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThanOrEqual(edge?.y ?? 0);
  }
});

test("the page of the API's document does not scroll sideways on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${apps.main.url}/api/v1/docs`);
  await page.locator(".opblock").first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
});

test("time alone ends a session, and the page says so", async ({ page }) => {
  test.setTimeout(90_000);
  await page.goto(unpressed.url);
  await expect
    .poll(async () => (await stateOf(unpressed.id)).status, { timeout: 75_000 })
    .toBe("expired");
  if (await buttonOf(page, "Connect Otodom").isVisible()) {
    await buttonOf(page, "Connect Otodom").click();
  }
  await expect(page.locator("main")).toContainText("visit is over");
  await expect(page.getByText("Marta Lis")).toHaveCount(0);
  await expect(buttonsOf(page)).toHaveCount(0);
  const back = page.getByRole("link", { name: /^Go back to / });
  await expect(back).toHaveAttribute("href", /session=cs_[\w-]+&status=failed$/);
});

async function anotherBrowser(browser: Browser, options: { javaScriptEnabled?: boolean } = {}) {
  const context = await browser.newContext({ baseURL: apps.main.url, ...options });
  return { context, page: await context.newPage() };
}

/** What is wider than the screen or than what it stands in, and controls lower than 44 pixels. */
function cutOff(page: Page) {
  return page.evaluate(() => {
    const shown = [...document.querySelectorAll("main, main *")].filter(
      (element) =>
        element.checkVisibility() && !element.closest(".sr-only, .max-sm\\:sr-only, svg"),
    );
    const isWide = (element: Element) =>
      element.getBoundingClientRect().right > innerWidth ||
      element.getBoundingClientRect().left < 0 ||
      (element.matches("h1, h2, p, li, button") && element.scrollWidth > element.clientWidth);
    const isLow = (element: Element) =>
      element.matches("button, summary") && element.getBoundingClientRect().height < 44;
    const page = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
    const wrong = shown.filter((element) => isWide(element) || isLow(element));
    return [...page, ...wrong.map((element) => element.outerHTML.slice(0, 120))];
  });
}

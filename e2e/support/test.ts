import {
  type APIResponse,
  type BrowserContext,
  test as base,
  expect,
  type Locator,
  type Page,
} from "@playwright/test";
import { type App, apps, simulator } from "./apps";
import { PortalSimulator } from "./portal-simulator";

type Fixtures = {
  /** What a test may do behind the portals' backs; reset before each test. */
  portals: PortalSimulator;
  /** Sentences that a page may write to its console; any other fails the test. */
  expectedConsoleErrors: RegExp[];
};

/** A test begins with portals that remember nobody, and fails when a page complains in its console. */
export const test = base.extend<Fixtures>({
  expectedConsoleErrors: async ({ browserName: _ }, use) => use([]),
  portals: [
    async ({ browserName: _ }, use) => {
      const portals = new PortalSimulator(simulator.portals);
      await portals.reset();
      await use(portals);
    },
    { auto: true },
  ],
  context: async ({ context, expectedConsoleErrors }, use) => {
    const consoleErrors: string[] = [];
    context.on("console", (message) => {
      if (message.type() === "error")
        consoleErrors.push(`${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => consoleErrors.push(error.error().message));
    await use(context);
    const unexpected = consoleErrors.filter(
      (text) => !expectedConsoleErrors.some((known) => known.test(text)),
    );
    expect(unexpected, "unexpected errors in the console of the browser").toEqual([]);
  },
});

/** Picks a board on the sign-in page and leaves for it. */
export async function chooseBoard(page: Page, board: string, app: App = apps.main) {
  await page.goto(`${app.url}/sign-in`);
  await page.getByLabel("Board", { exact: true }).selectOption({ label: board });
  await page.getByRole("button", { name: "Sign in with MLSConnect" }).click();
}

/** Logs in at the board's page and, the first time, allows us to know who it is. */
export async function agree(page: Page, person: string) {
  await page.getByRole("button", { name: person, exact: true }).click();
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
}

/** Consents where the portal asks again, and is silent where it does not; ends wherever the flow does. */
export async function agreeAgain(page: Page) {
  const consent = page.getByRole("button", { name: "Authorize", exact: true });
  await page.waitForURL((url) => url.origin === simulator.portals || url.search.includes("done="));
  if (await consent.isVisible()) await consent.click();
}

/** Agrees on a portal's consent page and stops there; resolves to where the portal would have sent the browser. */
export async function stoppedAtCallback(page: Page): Promise<string> {
  let callback = "";
  const portal = (url: URL) => url.origin === simulator.portals;
  await page.route(portal, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const answer = await route.fetch({ maxRedirects: 0 });
    callback = answer.headers().location ?? "";
    // With an icon of its own, or the browser asks the portal for one.
    const body = `<link rel="icon" href="data:,">stopped here`;
    await route.fulfill({ contentType: "text/html", body });
  });
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
  await page.getByText("stopped here").waitFor();
  await page.unroute(portal);
  return callback;
}

/** Signs in from our own page, as somebody for whom it is the first time. */
export async function signIn(page: Page, board: string, person: string, app: App = apps.main) {
  await chooseBoard(page, board, app);
  await agree(page, person);
  await expect(page).toHaveURL(
    `${app.url}/dashboard?done=signed_in&connection=${connectionOf(board)}`,
  );
}

/**
 * Somebody who has just signed in for the first time, and stands on the dashboard: by Start_URL, and without drawing a page.
 * For tests of what comes afterwards.
 */
export async function signedIn(page: Page, board: string, person: string, app: App = apps.main) {
  const start = `${app.url}/start/${connectionOf(board).replace("-", "/")}`;
  const login = await page.request.get(start);
  const consent = await press(page, login, person);
  const dashboard = await press(page, consent, "Authorize");
  expect(new URL(dashboard.url()).searchParams.get("done")).toBe("signed_in");
  // At rest: the first page renews itself once, when it learns the reader's time zone.
  await page.goto(dashboard.url(), { waitUntil: "networkidle" });
}

/** Sends the form of a portal's page that has this button. */
async function press(page: Page, shown: APIResponse, button: string) {
  const forms = (await shown.text()).split("<form ");
  const form = forms.find((each) => each.includes(`<button>${escaped(button)}</button>`));
  const [, action = ""] = /action="([^"]*)"/.exec(form ?? "") ?? [];
  const hidden = [...(form ?? "").matchAll(/name="([^"]*)" value="([^"]*)"/g)];
  const fields = hidden.map(([, name = "", value = ""]) => [name, plain(value)]);
  return page.request.post(new URL(plain(action), shown.url()).href, {
    form: Object.fromEntries(fields),
  });
}

/** As the portals' pages write it. */
function escaped(text: string) {
  return text.replaceAll("&", "&amp;").replaceAll("'", "&#39;");
}

function plain(html: string) {
  return html.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

/** Leaves the dashboard for a portal, to link it. */
export async function leaveFor(page: Page, portal: string, choice: string | null = null) {
  const form = page.getByRole("region", { name: portal, exact: true });
  await form.waitFor(); // the page comes in pieces
  if (choice && (await form.getByRole("combobox").isVisible())) {
    await form.getByRole("combobox").selectOption({ label: choice });
  }
  await form.getByRole("button", { name: /^Link / }).click();
}

/** Links a portal as somebody for whom it is the first time. */
export async function link(page: Page, portal: string, choice: string | null, person: string) {
  await leaveFor(page, portal, choice);
  await agree(page, person);
}

/** A board's card on the dashboard. */
export function linkOf(page: Page, board: string) {
  return cardOf(page, `MLSConnect ${board}`);
}

/** A link's card on the dashboard, by the name of portal and choice. */
export function cardOf(page: Page, name: string) {
  return page.getByRole("article", { name });
}

/** Opens what can be done with a link. */
export async function manage(page: Page, name: string) {
  const card = cardOf(page, name);
  await card.getByText(/^Manage/).click();
  return card;
}

/** Unlinks, and says yes to the question whether that is meant. */
export async function unlink(page: Page, name: string) {
  const card = await manage(page, name);
  await card.getByRole("link", { name: /^Unlink/ }).click();
  await page.getByRole("button", { name: /^Unlink/ }).click();
}

/** Has a form send another value than the page gave it. */
export function forge(form: Locator, name: string, value: string) {
  return form.evaluate(
    (it, forged) => {
      const form = it as HTMLFormElement;
      form.addEventListener("formdata", ({ formData }) => formData.set(forged.name, forged.value));
    },
    { name, value },
  );
}

/** What the page says about how a flow ended: "alert" when something is wrong, else "status". */
export function noticeOf(page: Page) {
  return page.locator("section").and(page.getByRole("alert").or(page.getByRole("status")));
}

/** Whether anybody is signed in here, as the app itself sees it. */
export async function whoIsSignedIn(context: BrowserContext, app: App = apps.main) {
  const session = await (await context.request.get(`${app.url}/api/auth/session`)).json();
  return session?.user ?? null;
}

const connections: Record<string, string> = {
  Federia: "mlsconnect-federia",
  "MLS Côte d'Azur": "mlsconnect-cote-dazur",
  "MLS Caraïbes": "mlsconnect-caraibes",
  "Federia (staging)": "mlsconnect-federia-staging",
};

function connectionOf(board: string) {
  return connections[board] ?? "";
}

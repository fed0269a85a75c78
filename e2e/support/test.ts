import {
  type APIRequestContext,
  type APIResponse,
  type BrowserContext,
  test as base,
  expect,
  type Locator,
  type Page,
} from "@playwright/test";
import { type App, apps, simulator } from "./apps";
import { otherSite } from "./other-site";
import { PortalSimulator } from "./portal-simulator";

type Fixtures = {
  /** The simulator's control API; it is reset before each test. */
  portals: PortalSimulator;
  /** Errors that a page may write to the console; any other error fails the test. */
  expectedConsoleErrors: RegExp[];
  /** Puts a page on a site of others; resolves to its address. */
  elsewhere: (body: string) => string;
};

/** A test begins with reset portals, and fails if a page writes an unexpected error to the console. */
export const test = base.extend<Fixtures>({
  baseURL: async ({ browserName: _ }, use) => use(apps.main.url),
  expectedConsoleErrors: async ({ browserName: _ }, use) => use([]),
  portals: [
    async ({ browserName: _ }, use) => {
      const portals = new PortalSimulator(simulator.portals);
      await portals.reset();
      await use(portals);
    },
    { auto: true },
  ],
  elsewhere: async ({ browserName: _ }, use) => {
    const site = await otherSite();
    await use(site.show);
    site.close();
  },
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

/** Opens the sign-in page, chooses a board and goes to it. */
export async function chooseBoard(page: Page, board: string, app: App = apps.main) {
  await page.goto(`${app.url}/sign-in`);
  await signInAt(page, board);
}

/** Chooses a board on the sign-in page that is open, and goes to it. */
export async function signInAt(page: Page, board: string) {
  await page.getByLabel("Board", { exact: true }).selectOption({ label: board });
  await page.getByRole("button", { name: "Sign in with MLSConnect" }).click();
}

/** Logs in at the portal and authorizes the app. For a person who has not authorized it before. */
export async function agree(page: Page, person: string) {
  await page.getByRole("button", { name: person, exact: true }).click();
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
}

/** Authorizes the app again, if the portal asks for it. */
export async function agreeAgain(page: Page) {
  const consent = page.getByRole("button", { name: "Authorize", exact: true });
  await page.waitForURL((url) => url.origin === simulator.portals || url.search.includes("done="));
  if (await consent.isVisible()) await consent.click();
}

/** Authorizes the app, but does not go back to it; returns the callback address. */
export async function stoppedAtCallback(page: Page): Promise<string> {
  let callback = "";
  const portal = (url: URL) => url.origin === simulator.portals;
  await page.route(portal, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const answer = await route.fetch({ maxRedirects: 0 });
    callback = answer.headers().location ?? "";
    // With its own icon: otherwise the browser requests one from the portal.
    const body = `<link rel="icon" href="data:,">stopped here`;
    await route.fulfill({ contentType: "text/html", body });
  });
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
  await page.getByText("stopped here").waitFor();
  await page.unroute(portal);
  return callback;
}

/** Signs in from the sign-in page, for the first time. */
export async function signIn(page: Page, board: string, person: string, app: App = apps.main) {
  await chooseBoard(page, board, app);
  await agree(page, person);
  await expect(page).toHaveURL(
    `${app.url}/dashboard?done=signed_in&connection=${connectionOf(board)}`,
  );
}

/**
 * Goes to a board by Start_URL, logs in there and authorizes the app, for the first time and without opening a page: that is
 * fast. Resolves to the address at which it ends.
 */
export async function trip(page: Page, board: string, person: string, app: App = apps.main) {
  const start = `${app.url}/start/${connectionOf(board).replace("-", "/")}`;
  const login = await page.request.get(start);
  return agreeUnseen(page.request, login, person);
}

/** Signs in for the first time, and opens the dashboard. For tests of what comes after the sign-in. */
export async function signedIn(page: Page, board: string, person: string, app: App = apps.main) {
  const dashboard = await trip(page, board, person, app);
  expect(new URL(dashboard).searchParams.get("done")).toBe("signed_in");
  await page.goto(dashboard);
}

/** As `agree`, at a portal's page that was fetched and not opened. Resolves to the address at which it ends. */
export async function agreeUnseen(request: APIRequestContext, login: APIResponse, person: string) {
  const consent = await press(request, login, person);
  return (await press(request, consent, "Authorize")).url();
}

/** Sends the form with this button, from a page of a portal. */
async function press(request: APIRequestContext, shown: APIResponse, button: string) {
  const forms = (await shown.text()).split("<form ");
  const form = forms.find((each) => each.includes(`<button>${escaped(button)}</button>`));
  const [, action = ""] = /action="([^"]*)"/.exec(form ?? "") ?? [];
  const hidden = [...(form ?? "").matchAll(/name="([^"]*)" value="([^"]*)"/g)];
  const fields = hidden.map(([, name = "", value = ""]) => [name, plain(value)]);
  return request.post(new URL(plain(action), shown.url()).href, {
    form: Object.fromEntries(fields),
  });
}

/** Escapes text as the portals' pages do. */
function escaped(text: string) {
  return text.replaceAll("&", "&amp;").replaceAll("'", "&#39;");
}

function plain(html: string) {
  return html.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

/** Goes from the dashboard to a portal, to link it. What is not offered by its own name is one of the boards in the list. */
export async function leaveFor(page: Page, portal: string) {
  const offer = page.getByRole("region", { name: portal, exact: true });
  const boards = page.getByRole("region", { name: "MLSConnect", exact: true });
  await offer.or(boards).first().waitFor(); // visibility does not wait
  if (await offer.isVisible()) {
    await offer.getByRole("button", { name: `Link ${portal}`, exact: true }).click();
    return;
  }
  await boards.getByLabel("Board", { exact: true }).selectOption({ label: portal });
  await boards.getByRole("button", { name: "Link MLSConnect", exact: true }).click();
}

/** Links a portal for the first time. */
export async function link(page: Page, portal: string, person: string) {
  await leaveFor(page, portal);
  await agree(page, person);
}

/** The links on the dashboard, a row for each. */
export function rowsOf(page: Page) {
  return page.locator(".link-row");
}

/** A link's row, by the name of its portal or board, and by who it is there where that is needed to tell it from others. */
export function rowOf(page: Page, name: string, who = "") {
  const heading = page.locator(".link-name").filter({ has: page.getByText(name, { exact: true }) });
  return rowsOf(page).filter({ has: heading.filter({ hasText: who }) });
}

/** Opens the page of a link from its row on the dashboard. */
export async function openLink(page: Page, name: string, who?: string) {
  await rowOf(page, name, who).locator(".link-name").click();
  await page.waitForURL(/\/dashboard\/links\/[\w-]+$/);
  return page.getByRole("main");
}

/** Opens the page of a link, where it says which software may use it. */
export async function usersOf(page: Page, name: string) {
  return (await openLink(page, name)).getByRole("region", { name: "Who may use it" });
}

/** Reconnects a link from its own page, as far as the portal. */
export async function reconnect(page: Page, name: string, who?: string) {
  const main = await openLink(page, name, who);
  await main.getByRole("button", { name: `Reconnect ${name}`, exact: true }).click();
}

/** Opens the page that asks whether a link shall be unlinked. */
export async function askToUnlink(page: Page, name: string, who?: string) {
  const main = await openLink(page, name, who);
  await main.getByRole("link", { name: `Unlink ${name}`, exact: true }).click();
}

/** Unlinks, and confirms it on the next page. */
export async function unlink(page: Page, name: string, who?: string) {
  await askToUnlink(page, name, who);
  await page.getByRole("button", { name: `Unlink ${name}`, exact: true }).click();
}

/** Changes a value of a form before it is sent. */
export function forge(form: Locator, name: string, value: string) {
  return form.evaluate(
    (it, forged) => {
      const form = it as HTMLFormElement;
      form.addEventListener("formdata", ({ formData }) => formData.set(forged.name, forged.value));
    },
    { name, value },
  );
}

/** The buttons of a page, but for those of the language switch, which every page has. */
export function buttonsOf(page: Page) {
  return page.getByRole("button").and(page.locator(":not([name=language])"));
}

/** The notice about the end of a flow: an "alert" if something is wrong, otherwise a "status". */
export function noticeOf(page: Page) {
  return page.locator("section").and(page.getByRole("alert").or(page.getByRole("status")));
}

/** The user who is signed in, or null, as the app itself sees it. */
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

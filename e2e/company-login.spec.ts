import type { ChildProcess } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { type App, crm, folder, simulator, spare } from "./support/apps";
import { BackEnd } from "./support/back-end";
import { callCrmApi, connectSession, finishSession } from "./support/connect-session";
import { crmStandIn } from "./support/crm-stand-in";
import type { PortalSimulator } from "./support/portal-simulator";
import { startApp } from "./support/production-app";
import {
  agree,
  buttonsOf,
  link,
  noticeOf,
  rowsOf,
  test,
  unlink,
  usersOf,
  whoIsSignedIn,
} from "./support/test";

/** A deployment whose only door is the company login: ImmoScout24 can be linked, and signs no one in. */

const own = `${folder}/company`;

const app: App = {
  port: spare.port,
  url: spare.url,
  keys: own,
  settings: {
    AUTH_URL: spare.url,
    PORTAL_SIMULATOR: simulator.portals,
    COMPANY_LOGIN_ISSUER: `${simulator.portals}/login.acme.test`,
    COMPANY_LOGIN_CLIENT_ID: "simulated-company",
    COMPANY_LOGIN_CLIENT_SECRET: "simulated+secret/company=",
    COMPANY_LOGIN_LABEL: "Acme Homes",
    COMPANY_LOGIN_REQUIRED_CLAIM: "hd=acme.test",
    IMMOSCOUT24_CLIENT_ID: "simulated-immoscout24",
    IMMOSCOUT24_CLIENT_SECRET: "simulated+secret/immoscout24=",
  },
};
let child: ChildProcess;
let standIn: { close: () => void };

/** Starts it with an empty database. */
async function start(more: Record<string, string> = {}) {
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  const deployment = { ...app, settings: { ...app.settings, ...more } };
  const options = { folder: own, serviceKey: true, crm: { url: crm.url } };
  child = await startApp("company", deployment, options);
}

async function stop() {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

test.beforeAll(async () => {
  standIn = await crmStandIn();
  await start();
});

test.afterAll(async () => {
  standIn.close();
  await stop();
});

test.use({ baseURL: app.url });

const BUTTON = "Sign in with Acme Homes";

async function signIn(page: Page, person: string) {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: BUTTON }).click();
  await agree(page, person);
}

async function signedIn(page: Page, person = "Ada Office") {
  await signIn(page, person);
  await expect(page).toHaveURL("/dashboard?done=signed_in&connection=company");
}

test("the front page speaks of the company's login and not of portals as the way in", async ({
  page,
}) => {
  await page.goto("/");
  await expect(page.getByRole("main")).toContainText("Use your account at work. Link");
  await expect(page.getByRole("main")).toContainText(
    "You type your password on your company’s own page",
  );
  await expect(page.getByRole("main")).not.toContainText("at the portal");
});

test("the sign-in page has one button, and it leads there and in", async ({ page, context }) => {
  await page.goto("/sign-in");
  await expect(page.getByRole("main")).toContainText("Use your account at work.");
  await expect(page.getByRole("main")).toContainText("on your company’s own page");
  await expect(buttonsOf(page)).toHaveCount(1);
  await page.getByRole("button", { name: BUTTON }).click();
  await agree(page, "Ada Office");
  await expect(page).toHaveURL("/dashboard?done=signed_in&connection=company");
  await expect(noticeOf(page)).toContainText("You are signed in through Acme Homes.");
  expect(await whoIsSignedIn(context, app)).toMatchObject({
    name: "Ada Office",
    email: "ada@acme.test",
  });
});

test("it is no link: not on the dashboard, not among those to link, and not in the API", async ({
  page,
  context,
  request,
}) => {
  await signedIn(page);
  await expect(rowsOf(page)).toHaveCount(0);
  await expect(page.getByRole("region", { name: "ImmoScout24", exact: true })).toBeVisible();
  await expect(page.getByRole("region", { name: "Acme Homes", exact: true })).toHaveCount(0);
  const user = await whoIsSignedIn(context, app);
  expect((await new BackEnd(request, app.url, own).links(user.id)).links).toEqual([]);
  await page.goto("/dashboard/account");
  await expect(page.getByRole("definition").getByText("Acme Homes")).toBeVisible();
});

test("a person who is sent to connect a portal signs in with one press, and is shown that portal", async ({
  page,
}) => {
  await page.goto("/connect/immoscout24");
  await page.getByRole("button", { name: BUTTON }).click();
  await agree(page, "Ada Office");
  await expect(page).toHaveURL(/\/dashboard\?connect=immoscout24/);
  await expect(page.getByRole("main")).toContainText("ImmoScout24");
  expect((await page.request.get("/connect/company")).status()).toBe(404);
});

test("links come and go, and the same person comes back to them", async ({ page, context }) => {
  await signedIn(page, "Ben Office");
  const first = await whoIsSignedIn(context, app);
  await link(page, "ImmoScout24", "Greta Schulz");
  await expect(page).toHaveURL("/dashboard?done=linked&connection=immoscout24");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: BUTTON }).click(); // still logged in there
  await expect(page).toHaveURL("/dashboard?done=signed_in&connection=company");
  expect((await whoIsSignedIn(context, app)).id).toBe(first.id);
  await unlink(page, "ImmoScout24");
  await expect(noticeOf(page)).toContainText("Unlinked");
});

test("a person of another organisation is told so, and is no user", async ({ page, context }) => {
  await signIn(page, "Cleo Contractor");
  await expect(noticeOf(page)).toContainText("That account is not one of your company’s");
  expect(await whoIsSignedIn(context, app)).toBeNull();
});

test("a person who says no stays outside", async ({ page, context }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: BUTTON }).click();
  await page.getByRole("button", { name: "Ada Office", exact: true }).click();
  await page.getByRole("button", { name: "Deny", exact: true }).click();
  await expect(noticeOf(page)).toContainText("Permission was not given at Acme Homes");
  expect(await whoIsSignedIn(context, app)).toBeNull();
});

test("after a sign-out the page offers to sign out there too", async ({ page }) => {
  await signedIn(page);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign out of Acme Homes too" }).click();
  await expect(page).toHaveURL("/sign-in?done=signed_out&connection=company");
  await page.getByRole("button", { name: BUTTON }).click();
  await expect(page.getByRole("button", { name: "Ada Office", exact: true })).toBeVisible();
});

test("a code under the state of another flow, or under none, is not exchanged", async ({
  page,
  context,
  portals,
}) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: BUTTON }).click();
  await page.getByRole("button", { name: "Ada Office", exact: true }).waitFor();
  for (const query of ["code=stolen&state=other", "code=stolen", "state=other"]) {
    await page.goto(`/api/auth/callback/company?${query}`);
    await expect(noticeOf(page)).toBeVisible();
  }
  expect(await whoIsSignedIn(context, app)).toBeNull();
  expect((await portals.counters()).token).toBe(0);
});

// The example CRM as a client: whether a person who comes from there is the one who signs in by the login under the same id.

const ADA = { id: "ada", name: "Ada Office" };
const BEN = { id: "ben", name: "Ben Office" };

/**
 * A person comes from the CRM, connects one portal, and goes back; the CRM makes a link of it.
 * @param member null where the portal knows them, and what they have agreed to
 */
async function connect(
  page: Page,
  external_id: string,
  connection: string,
  member: string | null = null,
) {
  const wish = { user: { external_id, name: "Agent" }, connections: [connection] };
  const { id, url } = await connectSession(wish, app);
  await page.goto(url);
  await page.getByRole("button", { name: /^Connect / }).click();
  if (member) await agree(page, member);
  await page.waitForURL(`${crm.url}/portals/back?**`);
  const code = new URL(page.url()).searchParams.get("code") ?? "";
  expect(await finishSession(id, code, external_id, app)).toEqual([connection]);
}

/** What the CRM may use for its user. */
async function usedFor(external_id: string): Promise<{ id: string; connection: string }[]> {
  return (await callCrmApi(app, "GET", `links?external_id=${external_id}`)).links;
}

/** How often Federia was asked for anything. */
async function askedAtFederia(portals: PortalSimulator) {
  const requests = await portals.requests();
  return requests.filter(({ path }) => path.includes("mls-connect")).length;
}

async function hasNoLink(page: Page) {
  await expect(page.getByRole("region", { name: "ImmoScout24", exact: true })).toBeVisible();
  await expect(rowsOf(page)).toHaveCount(0);
}

test("without the setting the two never meet, in either order", async ({ page, portals }) => {
  await connect(page, portals.subOf(ADA.id), "immoscout24", "Greta Schulz");
  await signedIn(page, ADA.name);
  await hasNoLink(page);

  await page.context().clearCookies();
  await signedIn(page, BEN.name);
  await connect(page, portals.subOf(BEN.id), "immoscout24", "Greta Schulz");
  await page.goto("/dashboard");
  await hasNoLink(page);
});

test.describe("with COMPANY_LOGIN_CLIENT", () => {
  test.beforeAll(async () => {
    await stop();
    await start({
      COMPANY_LOGIN_CLIENT: "example-crm",
      MLSCONNECT_BOARDS: "federia",
      MLSCONNECT_FEDERIA_CLIENT_ID: "simulated-federia",
      MLSCONNECT_FEDERIA_CLIENT_SECRET: "simulated-secret-federia",
    });
  });

  test("who came from the CRM and then signs in finds there what they have connected", async ({
    page,
    browser,
    portals,
  }) => {
    await connect(page, portals.subOf(ADA.id), "immoscout24", "Greta Schulz");
    const elsewhere = await (await browser.newContext({ baseURL: app.url })).newPage();
    await signedIn(elsewhere, ADA.name);
    await expect(rowsOf(elsewhere)).toHaveCount(1);
    await expect(await usersOf(elsewhere, "ImmoScout24")).toContainText("Example CRM");
    await elsewhere.context().close();

    await signedIn(page, BEN.name); // a colleague sees nothing of it
    await hasNoLink(page);
  });

  test("who signed in and linked first lends that link with one press, and is asked at no portal but the missing one", async ({
    page,
    context,
    request,
    portals,
  }) => {
    const sub = portals.subOf(BEN.id);
    await signedIn(page, BEN.name);
    const user = await whoIsSignedIn(context, app);
    await link(page, "Federia", "Anna Peeters");
    await expect(page).toHaveURL("/dashboard?done=linked&connection=mlsconnect-federia");
    expect(await usedFor(sub)).toEqual([]); // what people link for themselves is not the CRM's

    await connect(page, sub, "mlsconnect-federia");
    const linked = await new BackEnd(request, app.url, own).link(user.id, "mlsconnect-federia");
    expect(await usedFor(sub)).toMatchObject([{ id: linked, connection: "mlsconnect-federia" }]);

    const before = await askedAtFederia(portals);
    await connect(page, sub, "immoscout24", "Greta Schulz");
    expect(await askedAtFederia(portals)).toBe(before);
    const used = (await usedFor(sub)).map(({ connection }) => connection);
    expect(used.toSorted()).toEqual(["immoscout24", "mlsconnect-federia"]);

    await page.goto("/dashboard");
    await expect(rowsOf(page)).toHaveCount(2);
    for (const name of ["ImmoScout24", "Federia"]) {
      await page.goto("/dashboard");
      await expect(await usersOf(page, name)).toContainText("Example CRM");
    }
    expect((await whoIsSignedIn(context, app)).id).toBe(user.id);
  });
});

import type { ChildProcess } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { type App, folder, simulator, spare } from "./support/apps";
import { BackEnd } from "./support/back-end";
import { startApp } from "./support/production-app";
import { agree, link, noticeOf, test, unlink, whoIsSignedIn } from "./support/test";

/** A deployment whose only door is the company login: ImmoScout24 can be linked, and signs no one in. */

const app: App = {
  port: spare.port,
  url: spare.url,
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
const own = `${folder}/company`;

let child: ChildProcess;

test.beforeAll(async () => {
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  child = await startApp("company", app, { folder: own, serviceKey: true });
});

test.afterAll(async () => {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
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

test("the sign-in page has one button, and it leads there and in", async ({ page, context }) => {
  await page.goto("/sign-in");
  await expect(page.getByRole("main")).toContainText("Use your account at work.");
  await expect(page.getByRole("main")).toContainText("on your company’s own page");
  await expect(page.getByRole("button")).toHaveCount(1);
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
  await expect(page.getByRole("article")).toHaveCount(0);
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
  await link(page, "ImmoScout24", null, "Greta Schulz");
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

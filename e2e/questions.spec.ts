import { type BrowserContext, expect, type Page } from "@playwright/test";
import { finishFlow, type LinkFlow, linkAttempt } from "./support/flow-endings";
import {
  agree,
  agreeAgain,
  noticeOf,
  openLink,
  reconnect,
  rowOf,
  rowsOf,
  signedIn,
  test,
  unlink,
  whoIsSignedIn,
} from "./support/test";

/** Flows that end with a question instead of a link, and several logins at one portal. */

const sparkPrivate: LinkFlow = { portal: "Flexmls Private", person: "Sam Broker" };
const spark: LinkFlow = { portal: "Flexmls", person: "Sandra Key" };
const immoScout24: LinkFlow = { portal: "ImmoScout24", person: "Greta Schulz" };

const otherLogin = "That was a different login";
const closed = "That question is no longer open";

test.describe("a login other than the one that is linked", () => {
  test.beforeEach(async ({ page, context }) => {
    await signedIn(page, "Federia", "Anna Peeters");
    expect(await linkAttempt(page, sparkPrivate)()).toBe("Linked");
    expect(await reconnectAs(page, context, "Paula Password")).toBe(otherLogin);
  });

  test("is linked beside the first one after a click", async ({ page, context }) => {
    await expect(rowsOf(page)).toHaveCount(2);
    await expect(rowOf(page, "Flexmls Private")).toContainText("Sam Broker");
    await page.getByRole("button", { name: "Link this login too" }).click();
    await agreeAgain(page);
    await expect(noticeOf(page)).toContainText("Linked");
    await expect(rowOf(page, "Flexmls Private", "Sam Broker")).toBeVisible();
    await expect(rowOf(page, "Flexmls Private", "Paula Password")).toBeVisible();
    await expect(rowsOf(page)).toHaveCount(3);
    await page.goto("/dashboard");
    await logOutAtSpark(context);
    await reconnect(page, "Flexmls Private", "Paula Password");
    await page.getByRole("button", { name: "Sam Broker", exact: true }).click();
    await expect(noticeOf(page)).toContainText(otherLogin); // also linked, but not the login to reconnect
  });

  test("leads to a new question if a third login comes", async ({ page, context }) => {
    await logOutAtSpark(context);
    await page.getByRole("button", { name: "Link this login too" }).click();
    await agree(page, "Nils Nomail");
    await expect(noticeOf(page)).toContainText(otherLogin);
    await expect(rowsOf(page)).toHaveCount(2);
    await page.getByRole("button", { name: "Link this login too" }).click();
    await agreeAgain(page);
    await expect(rowOf(page, "Flexmls Private", "Nils Nomail")).toBeVisible();
    await expect(rowsOf(page)).toHaveCount(3);
  });

  test("is asked about once: a second tab says that the question is closed", async ({
    page,
    context,
  }) => {
    const second = await context.newPage();
    await second.goto(page.url());
    await expect(noticeOf(second)).toContainText(otherLogin);
    await page.getByRole("button", { name: "Link this login too" }).click();
    await agreeAgain(page);
    await second.getByRole("button", { name: "Link this login too" }).click();
    await expect(noticeOf(second)).toContainText(closed);
    await second.goBack();
    await second.reload();
    await expect(noticeOf(second)).toContainText(closed);
    await expect(second.getByRole("button", { name: "Link this login too" })).toHaveCount(0);
  });

  test("has no question in another session of the same person", async ({ page }) => {
    const address = page.url();
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL(/done=signed_out/);
    await page.goto("/start/mlsconnect/federia");
    await expect(page).toHaveURL(/done=signed_in/);
    await page.goto(address);
    await expect(noticeOf(page)).toContainText(closed);
    await expect(rowsOf(page)).toHaveCount(2);
  });
});

test.describe("a login of another user", () => {
  test("is moved here, and a user who had nothing else is deleted", async ({ page, browser }) => {
    const earlier = await browser.newContext();
    await signInWithSpark(await earlier.newPage(), "Sandra Key");
    await signedIn(page, "Federia", "Anna Peeters");
    expect(await linkAttempt(page, spark)()).toBe("This login has a dashboard of its own");
    await expect(rowsOf(page)).toHaveCount(1);

    const second = await page.context().newPage();
    await second.goto(page.url());
    await page.getByRole("button", { name: "Bring it here" }).click();
    await expect(noticeOf(page)).toContainText("It is on your dashboard now");
    await expect(rowOf(page, "Flexmls", "Sandra Key")).toContainText("Works");
    expect(await whoIsSignedIn(earlier)).toBeNull();
    await second.getByRole("button", { name: "Bring it here" }).click();
    await expect(noticeOf(second)).toContainText(closed);

    const again = await earlier.newPage();
    await again.goto("/sign-in");
    await again.getByRole("button", { name: "Sign in with Flexmls" }).click();
    await expect(rowOf(again, "Federia", "Anna Peeters")).toBeVisible(); // she signs in with it now
    await earlier.close();
  });

  test("stays if its user has more links", async ({ page, browser }) => {
    const other = await browser.newContext();
    const theirs = await other.newPage();
    await signInWithSpark(theirs, "Sandra Key");
    expect(await linkAttempt(theirs, immoScout24)()).toBe("Linked");
    await signedIn(page, "Federia", "Anna Peeters");
    expect(await linkAttempt(page, spark)()).toBe("This login is linked to another person");
    await expect(page.getByRole("button", { name: "Bring it here" })).toHaveCount(0);
    await theirs.goto("/dashboard");
    await expect(rowsOf(theirs)).toHaveCount(2);
    await other.close();
  });

  test("stays if its user got more links after the question", async ({ page, browser }) => {
    const other = await browser.newContext();
    const theirs = await other.newPage();
    await signInWithSpark(theirs, "Sandra Key");
    await signedIn(page, "Federia", "Anna Peeters");
    expect(await linkAttempt(page, spark)()).toBe("This login has a dashboard of its own");
    expect(await linkAttempt(theirs, immoScout24)()).toBe("Linked");
    await page.getByRole("button", { name: "Bring it here" }).click();
    await expect(noticeOf(page)).toContainText("This login is linked to another person");
    await theirs.goto("/dashboard");
    await expect(rowsOf(theirs)).toHaveCount(2);
    await other.close();
  });
});

test("several logins of one portal each have a row with their name", async ({ page, context }) => {
  await signInWithSpark(page, "Sandra Key");
  for (const person of ["Sam Broker", "Olga Brief"]) {
    await page.goto("/dashboard");
    await logOutAtSpark(context);
    const main = await openLink(page, "Flexmls", "Sandra Key");
    await main.getByRole("button", { name: "Link another Flexmls login" }).click();
    await agree(page, person);
    await expect(noticeOf(page)).toContainText("Linked");
  }
  for (const who of [
    "Sandra Key · Riviera Realty",
    "Sam Broker",
    "Olga Brief · Lakeside Brokers",
  ]) {
    await expect(rowOf(page, "Flexmls", who)).toBeVisible();
  }
  await expect(rowsOf(page)).toHaveCount(3);
});

test("two logins of a portal that names no member stand side by side, and each is renewed by itself", async ({
  page,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  expect(await linkAttempt(page, { portal: "Otodom", person: "Olga Nowak" })()).toBe("Linked");
  await page.goto("/dashboard");
  const main = await openLink(page, "Otodom");
  await main.getByRole("button", { name: "Link another Otodom login" }).click();
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
  await expect(noticeOf(page)).toContainText("Linked");
  for (const login of ["Login 1 of 2", "Login 2 of 2"]) {
    await expect(rowOf(page, "Otodom", login)).toBeVisible();
  }
  await page.goto("/dashboard");
  await reconnect(page, "Otodom", "Login 2 of 2");
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
  await expect(noticeOf(page)).toContainText("does not tell us whose login it was");
  await expect(rowsOf(page)).toHaveCount(3);
  await unlink(page, "Otodom", "Login 1 of 2");
  await expect(rowsOf(page)).toHaveCount(2);
});

test.describe("without scripts", () => {
  // With a question, the page's icon comes after its head, so the browser first tries the default address.
  test.use({ javaScriptEnabled: false, expectedConsoleErrors: [/favicon\.ico/] });

  test("a login is linked, asked about, linked beside the other and unlinked", async ({
    page,
    context,
  }) => {
    await signedIn(page, "Federia", "Anna Peeters");
    expect(await linkAttempt(page, sparkPrivate)()).toBe("Linked");
    expect(await reconnectAs(page, context, "Paula Password")).toBe(otherLogin);
    await page.getByRole("button", { name: "Link this login too" }).click();
    await agreeAgain(page);
    await expect(rowsOf(page)).toHaveCount(3);
    await unlink(page, "Flexmls Private", "Sam Broker");
    await expect(noticeOf(page)).toContainText("Unlinked");
    await expect(rowOf(page, "Flexmls Private")).toContainText("Paula Password");
    expect(await linkAttempt(page, immoScout24)()).toBe("Linked");
    await expect(rowsOf(page)).toHaveCount(3);
  });
});

/** Reconnects Sam Broker's link with another person's login; returns the title of the notice. */
async function reconnectAs(page: Page, context: BrowserContext, person: string) {
  await logOutAtSpark(context);
  await page.goto("/dashboard");
  await reconnect(page, "Flexmls Private", "Sam Broker");
  return finishFlow(page, person);
}

/** The next flow at Spark begins with its login. */
async function logOutAtSpark(context: BrowserContext) {
  await context.clearCookies({ path: "/sparkplatform.com" });
}

async function signInWithSpark(page: Page, person: string) {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with Flexmls" }).click();
  await agree(page, person);
  await expect(page).toHaveURL("/dashboard?done=signed_in&connection=spark");
}

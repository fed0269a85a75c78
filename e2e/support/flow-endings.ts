import type { Page } from "@playwright/test";
import type { Fault, PortalSimulator } from "./portal-simulator";
import { leaveFor, noticeOf } from "./test";

/** One trip to a portal to link it: its name on the dashboard, and the person who logs in there. */
export type LinkFlow = { portal: string; person: string };

/** Logs in and agrees where the portal asks for it. Returns the title of the notice on our page. */
export async function finishFlow(page: Page, person: string): Promise<string> {
  const login = page.getByRole("button", { name: person, exact: true });
  const consent = page.getByRole("button", { name: "Authorize", exact: true });
  const title = noticeOf(page).getByRole("heading");
  await login.or(consent).or(title).first().waitFor();
  if (await login.isVisible()) await login.click();
  await consent.or(title).first().waitFor();
  if (await consent.isVisible()) await consent.click();
  const text = await title.textContent();
  await page.waitForLoadState(); // the next step must not leave a page that is still loading
  return text ?? "";
}

/**
 * A function that links the portal and returns the title of the notice. After a failure it clicks "Try again" where
 * the page offers it.
 */
export function linkAttempt(page: Page, { portal, person }: LinkFlow) {
  return async () => {
    if (!(await clickedTryAgain(page))) {
      await page.goto("/dashboard");
      await leaveFor(page, portal);
    }
    return finishFlow(page, person);
  };
}

/** The same for signing in with Flexmls, from a browser without cookies. */
export function signInAttempt(page: Page, person: string) {
  return async () => {
    if (!(await clickedTryAgain(page))) {
      await page.context().clearCookies();
      await page.goto("/sign-in");
      await page.getByRole("button", { name: "Sign in with Flexmls" }).click();
    }
    return finishFlow(page, person);
  };
}

/** Clicks "Try again" if the page offers it. */
async function clickedTryAgain(page: Page) {
  const again = page.getByRole("button", { name: /^Try .* again$/ });
  if (!(await again.isVisible())) return false;
  const before = page.url();
  await again.click();
  await page.waitForURL((url) => url.href !== before); // the new address has a new reference
  return true;
}

/** The title of the notice after each fault; a fault is written as "endpoint kind". */
export type Titles = Record<string, string>;

/** How many codes the portal refuses before another person goes on: the app stops a person after ten in a minute. */
const FAULTS_OF_ONE = 9;

/**
 * Tries once with each fault. A title also says if the app asked for tokens more than once.
 * @param another lets another person go on
 */
export async function titlesAfterFaults(
  faults: string[],
  portals: PortalSimulator,
  next: () => Promise<string>,
  another: () => Promise<unknown> = async () => {},
): Promise<Titles> {
  const titles: Titles = {};
  for (const [n, fault] of faults.entries()) {
    if (n % FAULTS_OF_ONE === 0) {
      await portals.recover();
      await another();
    }
    const [at, kind = ""] = fault.split(" ");
    const before = await tokenRequests(portals);
    await portals.recover();
    await portals.fault({ at: at as Fault["at"], kind });
    const title = await next();
    const spent = (await tokenRequests(portals)) - before;
    titles[fault] = spent > 1 ? `${title}, after ${spent} token requests` : title;
  }
  await portals.recover();
  return titles;
}

/** How many token requests the portals have seen. */
export async function tokenRequests(portals: PortalSimulator) {
  const { token, access_token } = await portals.counters();
  return token + access_token;
}

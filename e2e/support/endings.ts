import type { Page } from "@playwright/test";
import type { Fault, PortalSimulator } from "./portal-simulator";
import { leaveFor, noticeOf } from "./test";

/** Who links what, and how. */
export type Visit = { portal: string; choice: string | null; person: string };

/** Says who it is and agrees, wherever a portal asks; resolves to the title of what our page says in the end. */
export async function titleAfter(page: Page, person: string): Promise<string> {
  const login = page.getByRole("button", { name: person, exact: true });
  const consent = page.getByRole("button", { name: "Authorize", exact: true });
  const title = noticeOf(page).getByRole("heading");
  for (const button of [login, consent]) {
    await login.or(consent).or(title).first().waitFor();
    if (await button.isVisible()) await button.click();
  }
  const said = await title.textContent();
  await page.waitForLoadState(); // or whoever goes on at once leaves a page half there
  return said ?? "";
}

/** Links, and resolves to the title of how that ended; begins from the sentence before, where it offers that. */
export function linking(page: Page, { portal, choice, person }: Visit) {
  return async () => {
    if (!(await wentAgain(page))) {
      await page.goto("/dashboard");
      await leaveFor(page, portal, choice);
    }
    return titleAfter(page, person);
  };
}

/** Signs in with Spark as somebody whom this browser has never seen, likewise. */
export function signingIn(page: Page, person: string) {
  return async () => {
    if (!(await wentAgain(page))) {
      await page.context().clearCookies();
      await page.goto("/sign-in");
      await page.getByRole("button", { name: "Sign in with Spark" }).click();
    }
    return titleAfter(page, person);
  };
}

/** Tries again where the sentence that stands there offers it. */
async function wentAgain(page: Page) {
  const again = page.getByRole("button", { name: /^Try .* again$/ });
  if (!(await again.isVisible())) return false;
  const before = page.url();
  await again.click();
  await page.waitForURL((url) => url.href !== before); // each ending has a reference of its own
  return true;
}

/** A fault, written as "endpoint kind", and the title of what the page says then. */
export type Titles = Record<string, string>;

/** What is said of these faults, one try after the other. A second request for the same code is told as well. */
export async function titlesOf(
  faults: string[],
  portals: PortalSimulator,
  next: () => Promise<string>,
): Promise<Titles> {
  const titles: Titles = {};
  for (const fault of faults) {
    const [at, kind = ""] = fault.split(" ");
    const before = await exchanges(portals);
    await portals.recover();
    await portals.fault({ at: at as Fault["at"], kind });
    const title = await next();
    const spent = (await exchanges(portals)) - before;
    titles[fault] = spent > 1 ? `${title}, after ${spent} exchanges` : title;
  }
  await portals.recover();
  return titles;
}

/** How often somebody has asked for tokens. */
export async function exchanges(portals: PortalSimulator) {
  const { token, access_token } = await portals.counters();
  return token + access_token;
}

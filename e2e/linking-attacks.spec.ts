import { type Browser, type BrowserContext, expect, type Page } from "@playwright/test";
import { naive, simulator } from "./support/apps";
import { tokenRequests } from "./support/flow-endings";
import {
  agree,
  leaveFor,
  noticeOf,
  rowsOf,
  signedIn,
  stoppedAtCallback,
  test,
} from "./support/test";

/**
 * Each attack on linking runs twice: against a tutorial's handler, where it succeeds, and against us. OLX and ImmoScout24
 * do not say whose account it is, so only the flow itself can protect the user.
 */

type Portal = { name: string; id: string; attacker: string; victim: string };

const portals: Portal[] = [
  {
    name: "Otodom",
    id: "olx",
    attacker: "Piotr Pusty",
    victim: "Olga Nowak",
  },
  {
    name: "ImmoScout24",
    id: "immoscout24",
    attacker: "Emil Leer",
    victim: "Greta Schulz",
  },
];

/** Each role has its own registration and callback. */
const sparkPrivate: Portal = {
  name: "Flexmls Private",
  id: "spark",
  attacker: "Paula Password",
  victim: "Sam Broker",
};

type Target = {
  name: string;
  isVulnerable: boolean;
  /** Signs in as this user. */
  enter: (page: Page, user: string) => Promise<unknown>;
  /** Starts to link a portal, and waits on the portal's page. */
  leave: (page: Page, portal: Portal, linkTo: "starter" | "finisher") => Promise<unknown>;
  /** How many portals are linked to the user of this browser. */
  links: (page: Page) => Promise<number>;
};

const targets: Target[] = [
  {
    name: "a tutorial's handler",
    isVulnerable: true,
    enter: (page, user) => page.goto(`${naive.url}/tutorial/enter?as=${user.split(" ")[0]}`),
    leave: (page, { id }, linkTo) =>
      page.goto(`${naive.url}/tutorial/start?portal=${id}&for=${linkTo}`),
    links: async (page) =>
      Number(await (await page.request.get(`${naive.url}/tutorial/links`)).text()),
  },
  {
    name: "Portico",
    isVulnerable: false,
    enter: (page, user) => signedIn(page, "Federia", user),
    leave: async (page, { name }) => {
      await page.goto("/dashboard");
      await leaveFor(page, name);
      await page.waitForURL((url) => url.origin === simulator.portals);
    },
    links: async (page) => {
      await page.goto("/dashboard");
      await page.getByRole("heading", { level: 1, name: "Your portals" }).waitFor();
      return (await rowsOf(page).count()) - 1;
    },
  },
];

test.use({ expectedConsoleErrors: [/status of (400|404|500)/] });

for (const { name, isVulnerable, enter, leave, links } of targets) {
  for (const portal of portals) {
    const about = `${name}, ${portal.name}`;

    test(`${about}: the attacker's answer in the victim's browser ${isVulnerable ? "links the attacker's account to the victim" : "links nothing, although the victim has started a link too"}`, async ({
      page,
      browser,
      portals: simulated,
    }) => {
      const [attacker, victim] = [await inAnotherBrowser(browser), page];
      await enter(attacker, "Bram Declercq");
      await enter(victim, "Anna Peeters");
      const before = { links: await links(victim), tokenRequests: await tokenRequests(simulated) };
      await leave(attacker, portal, "finisher");
      await attacker.getByRole("button", { name: portal.attacker, exact: true }).click();
      const callback = await stoppedAtCallback(attacker);
      await leave(victim, portal, "finisher");
      await victim.goto(callback);
      expect((await links(victim)) - before.links).toBe(isVulnerable ? 1 : 0);
      expect((await tokenRequests(simulated)) - before.tokenRequests).toBe(isVulnerable ? 1 : 0);
      await attacker.context().close();
    });

    test(`${about}: the attacker's address in the victim's browser ${isVulnerable ? "links the victim's account to the attacker" : "links nothing"}`, async ({
      page,
      browser,
      portals: simulated,
    }) => {
      const [attacker, victim] = [await inAnotherBrowser(browser), page];
      await enter(attacker, "Bram Declercq");
      await enter(victim, "Anna Peeters");
      const before = {
        links: await links(attacker),
        tokenRequests: await tokenRequests(simulated),
      };
      const authorize = attacker.waitForRequest(/authorization\/?\?|confirm_access/);
      await leave(attacker, portal, "starter");
      await victim.goto((await authorize).url()); // "please confirm here"
      await agree(victim, portal.victim);
      await victim.waitForURL((url) => url.origin !== simulator.portals);
      expect((await links(attacker)) - before.links).toBe(isVulnerable ? 1 : 0);
      expect((await tokenRequests(simulated)) - before.tokenRequests).toBe(isVulnerable ? 1 : 0);
      if (!isVulnerable) expect(await links(victim)).toBe(0);
      await attacker.context().close();
    });

    test(`${about}: an answer that comes twice is ${isVulnerable ? "exchanged twice" : "exchanged once"}`, async ({
      page,
      portals: simulated,
    }) => {
      await enter(page, "Anna Peeters");
      const before = await tokenRequests(simulated);
      await leave(page, portal, "starter");
      await page.getByRole("button", { name: portal.victim, exact: true }).click();
      const callback = await stoppedAtCallback(page);
      const carried = await cookiesOf(page.context());
      await page.goto(callback);
      await fetch(callback, { headers: { cookie: carried }, redirect: "manual" });
      expect((await tokenRequests(simulated)) - before).toBe(isVulnerable ? 2 : 1);
    });

    test(`${about}: an answer after signing out ${isVulnerable ? "is still linked" : "links nothing, not even to a browser that kept its cookie"}`, async ({
      page,
      context,
      portals: simulated,
    }) => {
      await enter(page, "Anna Peeters");
      const before = await tokenRequests(simulated);
      await leave(page, portal, "starter");
      await page.getByRole("button", { name: portal.victim, exact: true }).click();
      const callback = await stoppedAtCallback(page);
      const kept = await context.cookies();
      await signOutOf(page, isVulnerable);
      if (!isVulnerable) await context.addCookies(kept); // the session is deleted, its cookie is back
      await page.goto(callback);
      expect((await tokenRequests(simulated)) - before).toBe(isVulnerable ? 1 : 0);
      if (!isVulnerable) await expect(noticeOf(page)).toContainText("You are not who began this");
    });
  }
}

for (const { name, isVulnerable, enter, leave } of targets) {
  test(`${name}: the answer of one role at the callback of another ${isVulnerable ? "uses the code there" : "can still be used at its own"}`, async ({
    page,
    portals: simulated,
  }) => {
    await enter(page, "Anna Peeters");
    const before = await tokenRequests(simulated);
    await leave(page, sparkPrivate, "finisher");
    await page.getByRole("button", { name: sparkPrivate.victim, exact: true }).click();
    const callback = await stoppedAtCallback(page);
    await page.goto(callback.replace("oauth2-private", "oauth2-idx"));
    expect((await tokenRequests(simulated)) - before).toBe(isVulnerable ? 1 : 0);
    if (isVulnerable) return;
    await expect(noticeOf(page)).toContainText("The answer came to the wrong address");
    await page.goto(callback);
    await expect(page).toHaveURL("/dashboard?done=linked&connection=spark-oauth2-private");
  });
}

test("two sites that share a callback, with their states swapped, are each exchanged once, for the same user", async ({
  page,
  portals: simulated,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const answers: URL[] = [];
  for (const [site, person] of [
    ["Otodom", "Olga Nowak"],
    ["Imovirtual", "João Silva"],
  ] as const) {
    await page.goto("/dashboard");
    await leaveFor(page, site);
    await page.getByRole("button", { name: person, exact: true }).click();
    answers.push(new URL(await stoppedAtCallback(page)));
  }
  const [one, other] = answers.map(({ searchParams }) => searchParams.get("state") ?? "");
  answers[0]?.searchParams.set("state", other ?? "");
  answers[1]?.searchParams.set("state", one ?? "");
  for (const answer of [...answers, ...answers]) await page.goto(answer.href);
  expect(await tokenRequests(simulated)).toBe(3); // one is Federia's
  await page.goto("/dashboard");
  await expect(rowsOf(page)).toHaveCount(3);
});

test("when two users link the same member at the same time, one gets the link and the other is told", async ({
  page,
  browser,
}) => {
  const tabs = [page, await inAnotherBrowser(browser)];
  for (const [n, tab] of tabs.entries()) {
    await signedIn(tab, "Federia", n === 0 ? "Anna Peeters" : "Bram Declercq");
    await leaveFor(tab, "Flexmls Private");
    await tab.getByRole("button", { name: "Sam Broker", exact: true }).click();
    await tab.getByRole("button", { name: "Authorize", exact: true }).waitFor();
  }
  const callbacks: string[] = [];
  for (const tab of tabs) callbacks.push(await stoppedAtCallback(tab));
  await Promise.all(tabs.map((tab, n) => tab.goto(callbacks[n] ?? "")));
  const titles = await Promise.all(
    tabs.map((tab) => noticeOf(tab).getByRole("heading").innerText()),
  );
  expect(titles.toSorted()).toEqual(["Linked", "This login is linked to another person"]);
  const cards = await Promise.all(tabs.map((tab) => rowsOf(tab).count()));
  expect(cards.toSorted()).toEqual([1, 2]);
  await tabs[1]?.context().close();
});

async function inAnotherBrowser(browser: Browser): Promise<Page> {
  return (await browser.newContext()).newPage();
}

async function cookiesOf(context: BrowserContext) {
  return (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
}

async function signOutOf(page: Page, isVulnerable: boolean) {
  if (isVulnerable) {
    await page.goto(`${naive.url}/tutorial/enter`);
    return;
  }
  await page.goto("/dashboard");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
}

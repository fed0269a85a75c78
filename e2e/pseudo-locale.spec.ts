import type { ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type BrowserContext, expect, type Page } from "@playwright/test";
import { problems, successes } from "@/lib/auth/flow/problems";
import { ownNames } from "@/lib/language/languages.mjs";
import { apps, crm, folder, LONG_NAME, simulator, spare } from "./support/apps";
import { root } from "./support/children";
import { callCrmApi, connectSession, finishSession } from "./support/connect-session";
import { nowhere, ownNowhere } from "./support/every-page";
import {
  GRANTED_LINK,
  seededLinks,
  seededNames,
  seedStates,
  WIDE_NAME,
} from "./support/every-state";
import { layOutAll } from "./support/lay-out";
import { linkBoard } from "./support/many-links";
import { startApp } from "./support/production-app";
import { test, trip } from "./support/test";

/** Every page and state in a language that no one speaks: longer than any other, and in brackets. What is not in brackets was not translated. */

const own = `${folder}/pseudo`;
const secret = (name: string) => Buffer.from(name.padEnd(32)).toString("base64");

const app = {
  port: spare.port,
  url: spare.url,
  keys: own,
  settings: {
    ...apps.main.settings,
    AUTH_URL: spare.url,
    PSEUDO_LOCALE: "on",
    AUTH_SECRET: secret("of the app"), // it is started twice
    TOKEN_KEYS: `k1:${secret("of its tokens")}`,
  },
};

let child: ChildProcess;

/** What the browser of the user with links in every state holds. */
let cookies: Awaited<ReturnType<BrowserContext["cookies"]>>;

/** The page of a connect session that has expired. */
let expired: { id: string; url: string };

const start = () => startApp("pseudo", app, { folder: own, serviceKey: false });

async function stop() {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000);
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  const client = { url: crm.url, name: LONG_NAME };
  child = await startApp("pseudo", app, { folder: own, serviceKey: false, crm: client });
  const context = await browser.newContext();
  await trip(await context.newPage(), "Federia", "Anna Peeters", app);
  cookies = await context.cookies();
  await context.close();
  expired = await connectSession({}, app);
  await stop();
  await seedStates({
    folder: `${own}/database-pseudo`,
    portals: simulator.portals,
    client: "example-crm",
    expired: expired.id,
  });
  child = await start();
});

test.afterAll(stop);

test.use({ baseURL: app.url, expectedConsoleErrors: [/404/] });

/** Names of portals, people and languages: no language changes them. The longest first, since one may be a part of another. */
const NAMES = [
  ...["Portico", "MLSConnect", "Federia (staging)", "Federia", "MLS Côte d'Azur", "MLS Caraïbes"],
  ...["Luxembourg", "OLX Group", "Otodom", "Imovirtual", "Storia", "ImmoScout24", "Flexmls"],
  ...["Spark API", "Spark", "Private", "IDX", "VOW", "Riviera"],
  ...["anna.peeters@immo-peeters.example", "Immo Peeters", "Bram Declercq", "Declercq & Zonen"],
  ...["Marta Lis", "marta.lis@crm.example"],
  ...seededNames,
  LONG_NAME,
  ...Object.values(ownNames),
].toSorted((one, other) => other.length - one.length);

/** Nor does it change what a portal's permissions are called, initials, times and numbers. */
const DATA = [
  /^(profile|openid).*$/,
  /^(ML|OX|IS|SP|SA)$/,
  /^\d{1,2} \w+ \d{4}( at \d\d:\d\d \S+)?$/,
  /^\d\d:\d\d$/,
];

const hasWords = (text: string) => /\p{L}{2}/u.test(text);

function isData(text: string) {
  const rest = NAMES.reduce((more, name) => more.replaceAll(name, ""), text);
  return !hasWords(rest) || DATA.some((known) => known.test(text));
}

/** Every piece of text that a person can see or hear, without what stands in brackets. */
async function bare(page: Page) {
  const texts = await page.evaluate(() => {
    const found: string[] = [document.title.replace(/ · [^·]*$/, "")];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (parent && !parent.closest("script, style, noscript, svg")) {
        const block = parent.closest(
          "p, li, a, button, h1, h2, h3, dt, dd, option, label, legend, summary, span, b",
        );
        found.push((block ?? parent).textContent ?? "");
      }
    }
    const names = ["aria-label", "aria-description", "placeholder", "alt", "title"];
    for (const name of names)
      for (const element of document.body.querySelectorAll(`[${name}]`))
        found.push(element.getAttribute(name) ?? "");
    return found;
  });
  const outside = texts.flatMap((text) => withoutBrackets(text).split(/[|·]/));
  const words = outside.map((text) => text.trim()).filter(hasWords);
  return [...new Set(words)].filter((text) => !isData(text));
}

/** A sentence may stand in another one. */
function withoutBrackets(text: string): string {
  const less = text.replace(/⟦[^⟦⟧]*⟧/g, "|");
  return less === text ? text.replace(/[⟦⟧]/g, "|") : withoutBrackets(less);
}

/** What a page has no room for: it sticks out of its place or of the window, or its place hides a part of it. */
function cutOff(page: Page) {
  return page.evaluate(() => {
    const isSeen = (each: Element) =>
      each.checkVisibility() &&
      !each.closest(
        ".sr-only, .max-sm\\:sr-only, .skip-link, [class*=-translate-y], svg, select, script, style",
      );
    const hides = (each: Element) => {
      if (each.matches("input")) return false; // what a person types can be scrolled
      const { overflowX, overflowY } = getComputedStyle(each);
      return (
        (overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1) ||
        (overflowY !== "visible" && each.scrollHeight > each.clientHeight + 1)
      );
    };
    const isOutside = ({ left, right }: DOMRect) => left < -1 || right > innerWidth + 1;
    const seen = [...document.querySelectorAll("body *")].filter(isSeen);
    const cut = new Set(
      seen.filter((each) => isOutside(each.getBoundingClientRect()) || hides(each)),
    );
    const pen = document.createElement("canvas").getContext("2d");
    for (const field of document.querySelectorAll<HTMLInputElement>("input[placeholder]")) {
      const { font, paddingLeft, paddingRight } = getComputedStyle(field);
      const room =
        field.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      if (pen) pen.font = font;
      if (isSeen(field) && pen && pen.measureText(field.placeholder).width > room) cut.add(field);
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      let place = node.parentElement;
      if (!place || !isSeen(place)) continue;
      while (/^(inline|contents)$/.test(getComputedStyle(place).display) && place.parentElement)
        place = place.parentElement;
      const { left, right } = place.getBoundingClientRect();
      const range = document.createRange();
      range.selectNodeContents(node);
      const sticksOut = [...range.getClientRects()].some(
        (text) => text.width > 0 && (text.left < left - 1 || text.right > right + 1),
      );
      if (sticksOut) cut.add(place);
    }
    const wide = document.documentElement.scrollWidth - innerWidth;
    const found = [...cut].map((each) => each.outerHTML.slice(0, 160));
    return [...(wide > 0 ? [`the page by ${wide} px`] : []), ...found];
  });
}

/** The narrowest is what is left of 1280 px at a zoom of 400 %. */
const WIDTHS = [320, 360, 768, 1440];
const EXTREMES = [320, 1440];

async function isWhole(page: Page, path: string, widths = WIDTHS) {
  expect(await bare(page), path).toEqual([]);
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  await layOutAll(page);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    expect(await cutOff(page), `${path} at ${width} px`).toEqual([]);
  }
}

async function areWhole(page: Page, paths: readonly string[], widths = WIDTHS) {
  for (const path of paths) {
    await page.goto(path);
    await isWhole(page, path, widths);
  }
}

/** Every end that a flow can have, as a page's query says it. */
function ends(connection: string, mode: string) {
  return [
    ...problems.map(
      (each) => `problem=${each}&connection=${connection}&mode=${mode}&reference=abcdefgh`,
    ),
    ...successes.map((each) => `done=${each}&connection=${connection}`),
  ];
}

test("pages for everyone", async ({ page }) => {
  await areWhole(page, ["/", "/sign-in", "/start/mlsconnect/nowhere", ...nowhere]);
  await page.goto("/connect/olx-otodom");
  await expect(page).toHaveURL(/\/sign-in\?connect=/);
  await isWhole(page, "/connect, signed out");
});

test("the sign-in page with every notice", async ({ page }) => {
  test.slow();
  const known = ends("mlsconnect-federia", "signin");
  const paths = [...known, "problem=timed_out", "done=signed_out"].map((end) => `/sign-in?${end}`);
  await areWhole(page, paths, EXTREMES);
});

test.describe("the page of last resort", () => {
  test.use({ expectedConsoleErrors: [/status of 500/] });

  test("is made when the app is built, hence in English, and has room for all of it", async ({
    page,
  }) => {
    const body = readFileSync(join(root, ".next/server/pages/500.html"), "utf8");
    await page.route(/\/broken\b/, (route) =>
      route.fulfill({ status: 500, headers: { "content-type": "text/html" }, body }),
    );
    await page.goto("/broken");
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      expect(await cutOff(page), `at ${width} px`).toEqual([]);
    }
  });
});

test.describe("of a user with links in every state", () => {
  test.beforeEach(({ context }) => context.addCookies(cookies));

  test("the dashboard, however it is looked at", async ({ page }) => {
    test.slow();
    await areWhole(page, [
      "/dashboard",
      "/dashboard?q=nothing&state=works",
      "/dashboard?portal=MLSConnect",
      ...["needsYou", "waiting", "works", "notInUse"].map((each) => `/dashboard?state=${each}`),
    ]);
    const connections = ["mlsconnect-caraibes", "mlsconnect-federia", "spark-oauth2-idx"];
    await areWhole(
      page,
      connections.map((each) => `/dashboard?connect=${each}`),
      EXTREMES,
    );
    await page.goto("/connect/olx-otodom");
    await expect(page).toHaveURL(/\/dashboard\?connect=/);
    await isWhole(page, "/connect, signed in", EXTREMES);
  });

  test("the dashboard with every notice", async ({ page }) => {
    test.setTimeout(240_000);
    const looked = ["mlsconnect-caraibes", "mlsconnect-cote-dazur", "spark", "spark-oauth2-vow"];
    const gone = ["spark", "mlsconnect-caraibes", "immoscout24", "olx-otodom", "olx-storia"];
    await areWhole(
      page,
      [
        ...ends("mlsconnect-federia", "link"),
        "problem=timed_out",
        "done=unlinked",
        ...looked.map((each) => `done=checked&connection=${each}`),
        ...gone.map((each) => `done=unlinked&connection=${each}`),
        "done=linked&connection=spark-oauth2-vow",
        "problem=wrong_tokens&connection=spark&mode=link",
        "problem=wrong_password&connection=spark-oauth2-private&mode=link",
      ].map((end) => `/dashboard?${end}`),
      EXTREMES,
    );
  });

  test("the page of each link, and the one before it is unlinked", async ({ page }) => {
    test.setTimeout(240_000);
    const pages = seededLinks.map((id) => `/dashboard/links/${id}`);
    await areWhole(page, [...pages, ...pages.map((path) => `${path}/unlink`)], EXTREMES);
    const granted = `/dashboard/links/${GRANTED_LINK}`;
    const results = [
      "done=named",
      "done=grant_ended",
      "done=checked",
      "problem=unfit_name",
      "problem=last_way_in",
    ];
    await areWhole(
      page,
      results.map((result) => `${granted}?${result}&connection=mlsconnect-federia`),
      EXTREMES,
    );
    await areWhole(page, ownNowhere);
  });

  test("account and activity", async ({ page }) => {
    const kinds = ["links", "health", "use", "access"].map((each) => `?kind=${each}`);
    await areWhole(page, [
      "/dashboard/account",
      "/dashboard/account?done=signed_out_everywhere",
      "/dashboard/account/delete",
      "/dashboard/activity",
      ...["?reference=nothing", ...kinds].map((query) => `/dashboard/activity${query}`),
    ]);
    await page.goto("/dashboard/activity");
    for (let older = page.locator("a[href*='before=']"); await older.count(); ) {
      await older.last().click();
      await page.waitForLoadState();
      await isWhole(page, page.url(), EXTREMES);
    }
  });

  test("a connect session that renews a link", async ({ page }) => {
    const wish = { user: { external_id: "anna" }, link: GRANTED_LINK, return_url: back };
    const { url } = await callCrmApi(app, "POST", "connect-sessions", wish);
    await areWhole(page, [url, `${url}?problem=other_login&connection=mlsconnect-federia`]);
  });
});

test("the dashboard with one link, which is the only way in, and without an account", async ({
  page,
}) => {
  await trip(page, "Federia", "Bram Declercq", app);
  await areWhole(page, ["/dashboard"]);
  const link = (await page.locator(".link-name").first().getAttribute("href")) ?? "";
  await areWhole(page, [link, `${link}/unlink`, "/dashboard/account/delete"]);
});

test("a question, whose answer is a click", async ({ page, browser }) => {
  const other = await browser.newContext();
  await trip(await other.newPage(), "MLS Côte d'Azur", "Claire Martin", app);
  await other.close();
  await trip(page, "Federia", "Bram Declercq", app);
  const elsewhere = await linkBoard(page, "mlsconnect-cote-dazur", "Claire Martin", app);
  expect(elsewhere).toContain("problem=elsewhere");
  await areWhole(page, [elsewhere]);
  await expect(page.locator("form input[name=reference]")).toHaveCount(1);
});

const back = `${crm.url}/portals/back`;

/** The form of a connect session's page that leads to a portal. */
const connectButton = (page: Page, connection: string) =>
  page.locator(`form:has(input[value="${connection}"]) button`);

test.describe("a connect session", () => {
  const two = ["mlsconnect-federia", "mlsconnect-caraibes"];

  test.beforeEach(({ page }) =>
    page.route(`${crm.url}/**`, (route) => route.fulfill({ body: "back" })),
  );

  test("before anything is done, of one portal and of all", async ({ page }) => {
    for (const wish of [
      { connections: ["mlsconnect-federia"] },
      { connections: two, user: { external_id: "wide", name: WIDE_NAME } },
      { user: { external_id: "no-name" } },
    ]) {
      const { url } = await connectSession(wish, app);
      await areWhole(page, [url, `${url}?cookies=no`]);
    }
    await areWhole(page, [expired.url]);
  });

  test("with every problem", async ({ page }) => {
    test.slow();
    const { url } = await connectSession({ connections: two }, app);
    const of = `connection=${two[0]}&mode=connect`;
    await areWhole(
      page,
      problems.map((each) => `${url}?problem=${each}&${of}`),
      EXTREMES,
    );
  });

  test("after a no, after a yes, in another browser, and when it is over", async ({
    page,
    browser,
  }) => {
    const { id, url } = await connectSession({ connections: two }, app);
    await page.goto(url);
    await connectButton(page, "mlsconnect-federia").click();
    await page.getByRole("button", { name: "Anna Peeters" }).click();
    await page.getByRole("button", { name: "Deny" }).click();
    await page.waitForURL(/problem=access_denied/);
    await isWhole(page, "after a no");
    await connectButton(page, "mlsconnect-federia").click();
    await page.getByRole("button", { name: "Authorize", exact: true }).click();
    await page.waitForURL(/\/connect\/s\//);
    await isWhole(page, "after a yes");
    const other = await browser.newContext({ baseURL: app.url });
    const elsewhere = await other.newPage();
    await areWhole(elsewhere, [url]);
    await other.close();
    const way = page.waitForRequest(`${back}?**`);
    await page
      .locator("form:not(:has(input[name=connection])) button:not([name=language])")
      .click();
    const code = new URL((await way).url()).searchParams.get("code") ?? "";
    await finishSession(id, code, undefined, app);
    await areWhole(page, [url]);
  });

  test("that was declined", async ({ page }) => {
    const { url } = await connectSession({ connections: two }, app);
    await page.goto(url);
    await page
      .locator("form:not(:has(input[name=connection])) button:not([name=language])")
      .click();
    await page.waitForURL(`${back}?**`);
    await areWhole(page, [url]);
  });
});

import type { ChildProcess } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { apps, folder, spare } from "./support/apps";
import { startApp } from "./support/production-app";
import { test, trip } from "./support/test";

/** Every page in a language that no one speaks: longer than any other, and in brackets. What is not in brackets was not translated. */

const own = `${folder}/pseudo`;
const app = {
  port: spare.port,
  url: spare.url,
  settings: { ...apps.main.settings, AUTH_URL: spare.url, PSEUDO_LOCALE: "on" },
};
let child: ChildProcess;

test.beforeAll(async () => {
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  child = await startApp("pseudo", app, { folder: own, serviceKey: false });
});

test.afterAll(async () => {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
});

test.use({ baseURL: app.url, expectedConsoleErrors: [/404/] });

/** What no language changes: names of portals, people and languages, times and numbers. */
const DATA = [
  /^(Portico|MLSConnect|Federia( \(staging\)| MLSConnect)?|MLS [CK].*|OLX Group|Otodom|Imovirtual|Storia|ImmoScout24|Flexmls.*|Spark.*|Private|IDX|VOW)$/,
  /^(English|Français|Deutsch|Polski|Português|Română)$/,
  /^(Federia, )?(Anna Peeters|anna\.peeters@.*|Immo Peeters|profile.*|openid.*)$/,
  /^(ML|OX|IS|SP|SA)$/,
  /^\d{1,2} \w+ \d{4}( at \d\d:\d\d \S+)?$/,
  /^\d\d:\d\d$/,
  /^[\d\s.,·+-]*$/,
];

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
    for (const element of document.querySelectorAll("[aria-label], [placeholder], [alt]")) {
      for (const name of ["aria-label", "placeholder", "alt"])
        found.push(element.getAttribute(name) ?? "");
    }
    return found;
  });
  const outside = texts.flatMap((text) => withoutBrackets(text).split(/[|·]/));
  const words = outside.map((text) => text.trim()).filter((text) => /\p{L}{2}/u.test(text));
  return [...new Set(words)].filter((text) => !DATA.some((known) => known.test(text)));
}

/** A sentence may stand in another one. */
function withoutBrackets(text: string): string {
  const less = text.replace(/⟦[^⟦⟧]*⟧/g, "|");
  return less === text ? text.replace(/[⟦⟧]/g, "|") : withoutBrackets(less);
}

async function isWhole(page: Page, path: string) {
  expect(await bare(page), path).toEqual([]);
  for (const width of [320, 360, 768, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    const cut = await page.evaluate(() => {
      const wide = document.documentElement.scrollWidth - innerWidth;
      const inside = [...document.querySelectorAll("button, a, p, h1, h2, h3, dd, li")]
        .filter(
          (each) =>
            each.checkVisibility() && !each.closest(".sr-only, .skip-link, [class*=-translate-y]"),
        )
        .filter(
          (each) =>
            each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline",
        )
        .map((each) => each.outerHTML.slice(0, 160));
      return [...(wide > 0 ? [`the page by ${wide} px`] : []), ...inside];
    });
    expect(cut, `${path} at ${width} px`).toEqual([]);
  }
}

const problems = [
  "timed_out",
  "access_denied",
  "member_taken",
  "wrong_password",
  "last_way_in",
  "not_chosen",
  "internal",
];

test("pages for everyone", async ({ page }) => {
  for (const path of [
    "/",
    "/sign-in",
    "/nowhere",
    "/start/mlsconnect/nowhere",
    "/sign-in?done=signed_out",
    ...problems.map((each) => `/sign-in?problem=${each}&connection=mlsconnect-federia&mode=signin`),
  ]) {
    await page.goto(path);
    await isWhole(page, path);
  }
});

test("pages of a user", async ({ page }) => {
  await trip(page, "Federia", "Anna Peeters", app);
  const paths = [
    "/dashboard",
    "/dashboard?done=checked",
    "/dashboard?connect=olx-otodom",
    "/dashboard?q=nothing&state=works",
    ...problems.map((each) => `/dashboard?problem=${each}&connection=olx-otodom&mode=link`),
    "/dashboard/account",
    "/dashboard/account?done=signed_out_everywhere",
    "/dashboard/account/delete",
    "/dashboard/activity",
    "/dashboard/activity?kind=use",
  ];
  for (const path of paths) {
    await page.goto(path);
    await isWhole(page, path);
  }
  await page.goto("/dashboard");
  const link = (await page.locator(".link-name").first().getAttribute("href")) ?? "";
  const told = ["done=named", "done=checked", "problem=last_way_in"];
  const notices = told.map((each) => `${link}?${each}&connection=mlsconnect-federia`);
  for (const path of [link, ...notices, `${link}/unlink`]) {
    await page.goto(path);
    await isWhole(page, path);
  }
});

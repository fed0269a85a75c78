import { type Browser, chromium } from "@playwright/test";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EarlyPress, earlyPress, type Outcome } from "./support/early-press";
import { startServerSet } from "./support/server-set";

/** Two hundred people who press on the sign-in page before it is all there: each one gets to the portal that they meant, or is asked which one. */

const PRESSES = 200;
const LATEST_MS = 2_000;
const AT_ONCE = 2;
const SLOWDOWNS = [4, 5, 6];
const WIDTHS = [390, 1280];

let set: Awaited<ReturnType<typeof startServerSet>>;
let browser: Browser;

beforeAll(async () => {
  set = await startServerSet();
  const { CHROMIUM } = process.env;
  browser = await chromium.launch(CHROMIUM ? { executablePath: CHROMIUM } : {});
});

afterAll(async () => {
  await browser.close();
  await set.stop();
});

const pressed: [string, "main" | "shared", EarlyPress["how"][]][] = [
  ["4 boards", "main", ["as it was left", "a board", "nothing chosen"]],
  [
    "44 boards",
    "shared",
    ["as it was left", "a board", "words and button", "nothing chosen", "words and Enter"],
  ],
];

test.for(pressed)("early presses with %s", async ([boards, app, ways], { annotate }) => {
  const presses = Array.from({ length: PRESSES / pressed.length }, (_, n): EarlyPress => {
    const how = ways[n % ways.length] ?? "a board";
    return {
      url: set.apps[app].url,
      portals: set.simulator.portals,
      afterMs: (n * LATEST_MS) / (PRESSES / pressed.length - 1),
      scriptsAfterMs: (n * 370) % 1_900,
      how,
      board: 7 * n + 1,
      slowdown: SLOWDOWNS[n % SLOWDOWNS.length] ?? 4,
      width: WIDTHS[n % WIDTHS.length] ?? 390,
    };
  });
  const outcomes: Outcome[] = [];
  const worker = async () => {
    for (let next = presses.shift(); next; next = presses.shift())
      outcomes.push(await earlyPress(browser, next));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  expect(outcomes.filter(({ end }) => end !== "right")).toEqual([]);
  const early = outcomes.filter(({ byBrowser }) => byBrowser).length;
  await annotate(
    `${boards}: ${outcomes.length} presses up to ${LATEST_MS} ms after the page began, on a processor ${SLOWDOWNS[0]} to ${SLOWDOWNS.at(-1)} times slower: 0 lost, 0 to another board; ${early} of them before the page’s script`,
    "figure",
  );
});

import { existsSync } from "node:fs";
import { installFromDebian } from "./debian.mjs";
import { runNode, StepError } from "./step.mjs";

/** The first has no window to draw, which takes the tests a third less time. */
const SYSTEM_BROWSERS = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** @typedef {{ says: string, run: () => Promise<void> }} Attempt */

/** @type {Attempt[]} */
const ATTEMPTS = [
  {
    says: "Playwright's own Chromium is downloaded into your cache, about 300 MB",
    run: () => runNode("node_modules/@playwright/test/cli.js", ["install", "chromium"]),
  },
  {
    says: "That did not work: Debian's Chromium is installed on this machine, with apt-get as root",
    run: () => installFromDebian(["chromium"]),
  },
];

/**
 * Finds a Chromium for the end-to-end tests, or installs one: Playwright's own where it can be downloaded, Debian's
 * where it can not. Says so before it does; `CHROMIUM` names one that is to be used instead.
 * @returns {Promise<string>} the path of its program
 */
export async function chromium() {
  const { CHROMIUM: named } = process.env;
  if (named && !existsSync(named)) {
    throw new StepError(`CHROMIUM names ${named}, and there is no such file.`);
  }
  const { chromium: playwright } = await import("@playwright/test");
  const find = () =>
    [named, playwright.executablePath(), ...SYSTEM_BROWSERS].find(
      (path) => path && existsSync(path),
    );
  return find() ?? (await installed(ATTEMPTS, find));
}

/**
 * @param {Attempt[]} attempts one after the other, until there is a browser
 * @param {() => string | undefined} find
 */
export async function installed(attempts, find) {
  console.log(
    "  There is no Chromium here, and the end-to-end tests need one. To use yours, press Ctrl+C and begin anew\n" +
      "  with its path: CHROMIUM=/path/to/chromium npm test",
  );
  for (const { says, run } of attempts) {
    console.log(`  ${says}.`);
    await quietly(run);
    const found = find();
    if (found) return found;
  }
  throw new StepError(
    "No browser for the end-to-end tests: install Chromium and name it in CHROMIUM.",
  );
}

/**
 * One way of several: the next is tried when it fails, and the last sentence says what is left to do.
 * @param {() => Promise<void>} attempt
 */
async function quietly(attempt) {
  const { error } = console;
  console.error = () => {};
  try {
    await attempt();
  } catch (reason) {
    if (!(reason instanceof StepError)) throw reason;
  } finally {
    console.error = error;
  }
}

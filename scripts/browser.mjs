import { existsSync } from "node:fs";
import { run, runNode, StepError } from "./step.mjs";

/** The first has no window to draw, which takes the tests a third less time. */
const SYSTEM_BROWSERS = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * Finds a Chromium for the end-to-end tests, or installs one: Playwright's own where it can be downloaded, Debian's
 * where it can not. `CHROMIUM` names another.
 * @returns {Promise<string>} the path of its program
 */
export async function chromium() {
  const { chromium: playwright } = await import("@playwright/test");
  const find = () =>
    [process.env.CHROMIUM, playwright.executablePath(), ...SYSTEM_BROWSERS].find(
      (path) => path && existsSync(path),
    );
  const attempts = [
    () => runNode("node_modules/@playwright/test/cli.js", ["install", "chromium"]),
    () => debian("apt-get", "update"),
    () => debian("apt-get", "install", "-y", "--no-install-recommends", "chromium"),
  ];
  for (const attempt of attempts) {
    const found = find();
    if (found) return found;
    await quietly(attempt);
  }
  const found = find();
  if (found) return found;
  throw new StepError(
    "No browser for the end-to-end tests: install Chromium and name it in CHROMIUM.",
  );
}

/** @param {string[]} command */
function debian(...command) {
  const [program = "", ...args] = process.getuid?.() === 0 ? command : ["sudo", "-n", ...command];
  return run(program, args, { env: { DEBIAN_FRONTEND: "noninteractive" } });
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

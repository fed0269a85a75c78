import "./without-env-files.mjs";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { chromium } from "./browser.mjs";
import { buildApp, checkNode, generateClient, installPackages } from "./prepare.mjs";
import { runNode, StepError, step } from "./step.mjs";

/** Everything that must hold, in the order in which it is cheapest to learn that it does not. */

const RUNNING = "test-results/running";

const results = { passed: 0, failed: 0 };

/**
 * A check that passes or fails as a whole; the others run all the same, so that one run tells everything.
 * @param {string} title
 * @param {() => Promise<string | void>} run
 */
async function check(title, run) {
  try {
    await step(title, run);
    results.passed += 1;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(`✗ ${title}: ${error.message}`);
    results.failed += 1;
  }
}

/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * Tests that count themselves. A run without a report has failed.
 * @template Report
 * @param {string} title
 * @param {string} report its file
 * @param {(report: Report) => Counts} count
 * @param {() => Promise<void>} run
 */
async function tests(title, report, count, run) {
  let ran = true;
  try {
    await step(title, run);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    ran = false;
    console.error(`✗ ${title}: ${error.message}`);
  }
  const { passed, failed } = counted(report, count);
  results.passed += passed;
  results.failed += failed || passed === 0 || !ran ? Math.max(failed, 1) : 0;
}

/** Two runs at once are no trouble on one machine, but in one folder they would write the same files. */
function refuseSecondRun() {
  const pid = existsSync(RUNNING) ? Number(readFileSync(RUNNING, "utf8")) : 0;
  if (pid && isRunning(pid)) {
    throw new StepError(
      `\`npm test\` runs in this folder already, as process ${pid}: wait for it, or remove ${RUNNING} if that is another program.`,
    );
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"; // it is there, and not ours
  }
}

/**
 * @template Report
 * @param {string} report
 * @param {(report: Report) => Counts} count
 */
function counted(report, count) {
  try {
    return count(JSON.parse(readFileSync(report, "utf8")));
  } catch {
    return { passed: 0, failed: 1 };
  }
}

try {
  checkNode();
  refuseSecondRun();
  rmSync("test-results", { recursive: true, force: true });
  mkdirSync("test-results");
  writeFileSync(RUNNING, String(process.pid));
  await step("Packages", installPackages);
  await step("Database client", generateClient);
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(`✗ ${error.message}\n\n0 passed, 1 failed`);
  process.exit(1);
}

/** @param {string} name */
const bin = (name) => `node_modules/${name}`;
await check("Lint and format", () => runNode(bin("@biomejs/biome/bin/biome"), ["check", "."]));
await check("Types", async () => {
  await runNode(bin("next/dist/bin/next"), ["typegen"]);
  await runNode(bin("typescript/bin/tsc"), ["--noEmit"]);
  await runNode(bin("typescript/bin/tsc"), ["--noEmit", "--project", "scripts"]);
});
await check("Unused code", () => runNode(bin("knip/bin/knip.js"), []));
await tests(
  "Unit, contract and architecture tests",
  "test-results/unit.json",
  /** @param {{ numPassedTests: number, numFailedTests: number }} report */
  ({ numPassedTests, numFailedTests }) => ({ passed: numPassedTests, failed: numFailedTests }),
  () =>
    runNode(
      bin("vitest/vitest.mjs"),
      ["run", "--reporter=dot", "--reporter=json", "--outputFile.json=test-results/unit.json"],
      { seen: true },
    ),
);
await check("Build", buildApp);
let browser = "";
await check("Browser", async () => {
  browser = await chromium();
  return browser;
});
await tests(
  "End-to-end tests",
  "test-results/e2e.json",
  /** @param {{ stats: { expected: number, unexpected: number, flaky: number } }} report */
  ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky }),
  () =>
    runNode(bin("@playwright/test/cli.js"), ["test", "--config", "e2e"], {
      seen: true,
      env: { CHROMIUM: browser },
    }),
);

console.log(`\n${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed === 0 ? 0 : 1);

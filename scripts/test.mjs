import "./without-env-files.mjs";
import { NO_POSTGRESQL, postgresBinaries } from "../lib/db/postgres-binaries.mjs";
import { chromium } from "./browser.mjs";
import { helpIfAsked } from "./help.mjs";
import { buildApp, checkNode, generateCode, installPackages } from "./prepare.mjs";
import { beginRun, endRun } from "./run-folder.mjs";
import { runNode, StepError, step } from "./step.mjs";
import { closingLines, endToEndCounts, unitCounts } from "./test-results.mjs";

helpIfAsked(`How to use it:
  npm test

Runs everything that must hold, and installs what is missing, a browser included. CHROMIUM names the browser to use.
It takes no words: npm run test:unit and npm run test:e2e take names of files.`);

/** Everything that must hold, in the order in which it is cheapest to learn that it does not. */

/** Pages, flows and forms without scripts, which could depend on how fast a database answers. `test:long` runs all. */
const ON_POSTGRESQL = [
  "pages.spec.ts",
  "flows.spec.ts",
  "without-scripts.spec.ts",
  "whole-pages.spec.ts",
];

/** @type {import("./test-results.mjs").Counts} */
const results = { passed: 0, failed: 0, skipped: [] };

/**
 * A check that passes or fails as a whole; the others run all the same, so that one run tells everything.
 * @param {string} title
 * @param {() => Promise<string | void>} run
 */
async function check(title, run) {
  if (await succeeds(title, run)) results.passed += 1;
  else results.failed += 1;
}

/**
 * Tests that count themselves. A run that fails, or that leaves no report, has at least one failure.
 * @param {string} title
 * @param {() => import("./test-results.mjs").Counts} counts
 * @param {() => Promise<void>} run
 */
async function tests(title, counts, run) {
  const succeeded = await succeeds(title, run);
  const { passed, failed, skipped } = orNone(counts);
  results.passed += passed;
  results.failed += succeeded && passed > 0 ? failed : Math.max(failed, 1);
  results.skipped.push(...skipped);
}

/**
 * @param {string} title
 * @param {() => Promise<string | void>} run
 */
async function succeeds(title, run) {
  try {
    await step(title, run);
    return true;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(`✗ ${title}: ${error.message}`);
    return false;
  }
}

/** @param {() => import("./test-results.mjs").Counts} counts */
function orNone(counts) {
  try {
    return counts();
  } catch {
    return { passed: 0, failed: 1, skipped: [] };
  }
}

/** Of the last line, in every case. */
function end() {
  if (process.env.CI && results.skipped.length > 0) {
    console.error("✗ Nothing skipped: in CI all that a test needs must be installed.");
    results.failed += 1;
  }
  endRun();
  console.log(`\n${closingLines(results).join("\n")}`);
  process.exit(results.failed === 0 ? 0 : 1);
}

try {
  checkNode();
  beginRun();
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(`✗ ${error.message}\n\n0 passed, 1 failed`);
  process.exit(1);
}
const prepared =
  (await succeeds("Packages", installPackages)) &&
  (await succeeds("Packages of the examples", () => installPackages("examples/typed-client"))) &&
  (await succeeds("Generated code", generateCode));
if (!prepared) {
  results.failed += 1;
  end();
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
  () => unitCounts("test-results/unit.json"),
  () =>
    runNode(bin("vitest/vitest.mjs"), ["run"], {
      seen: true,
      env: { UNIT_REPORT: "test-results/unit.json" },
    }),
);
await check("Build", buildApp);
let browser = "";
await check("Browser", async () => {
  browser = await chromium();
  return browser;
});
/**
 * @param {string[]} files
 * @param {Record<string, string>} env
 */
const endToEnd = (files, env) =>
  runNode(bin("@playwright/test/cli.js"), ["test", "--config", "e2e", ...files], {
    seen: true,
    env: { CHROMIUM: browser, ...env },
  });

await tests(
  "End-to-end tests",
  () => endToEndCounts("test-results/e2e.json"),
  () => endToEnd([], {}),
);
if (postgresBinaries()) {
  await tests(
    "End-to-end tests on PostgreSQL",
    () => endToEndCounts("test-results/e2e-postgresql.json"),
    () => endToEnd(ON_POSTGRESQL, { E2E_DATABASE: "postgresql" }),
  );
} else {
  results.skipped.push({ name: "End-to-end tests on PostgreSQL", why: NO_POSTGRESQL });
}
end();

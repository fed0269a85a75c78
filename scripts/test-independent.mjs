import "./without-env-files.mjs";
import { chromium } from "./browser.mjs";
import { helpIfAsked } from "./help.mjs";
import { findServers } from "./independent-servers.mjs";
import { buildApp, checkNode, generateCode, installPackages } from "./prepare.mjs";
import { beginRun, endRun } from "./run-folder.mjs";
import { fail, runNode, StepError, step } from "./step.mjs";
import { closingLines, endToEndCounts } from "./test-results.mjs";

helpIfAsked(
  `How to use it:
  npm run test:independent [-- doorkeeper …]

Runs the app against OAuth servers that others have written: all that are here, or those that are named.`,
  { words: true },
);

/** The production build against server software of others, by its settings alone. Words are names of files. */

const REPORT = "test-results/independent.json";

async function run() {
  await step("Packages", installPackages);
  await step("Generated code", generateCode);
  await step("Build", buildApp);
  let browser = "";
  await step("Browser", async () => {
    browser = await chromium();
    return browser;
  });
  /** @type {Record<string, string>} */
  let missing = {};
  await step("Servers", async () => {
    const found = await findServers();
    missing = found.missing;
    return found.versions.join(", ");
  });
  return tests({ CHROMIUM: browser, MISSING_SERVERS: JSON.stringify(missing) });
}

/**
 * Counts them, whether they succeed or not. Where no server could be had, nothing has been shown.
 * @param {Record<string, string>} env
 */
async function tests(env) {
  const args = ["test", "--config", "e2e/independent", ...process.argv.slice(2)];
  let failed = false;
  try {
    await step("Tests", () =>
      runNode("node_modules/@playwright/test/cli.js", args, { seen: true, env }),
    );
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    failed = true;
  }
  const counts = endToEndCounts(REPORT);
  if (failed || counts.passed === 0) counts.failed = Math.max(counts.failed, 1);
  return counts;
}

try {
  checkNode();
  beginRun();
  const counts = await run().finally(endRun);
  console.log(`\n${closingLines(counts).join("\n")}`);
  process.exit(counts.failed === 0 ? 0 : 1);
} catch (error) {
  fail(error);
}

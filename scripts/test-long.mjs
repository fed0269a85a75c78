import "./without-env-files.mjs";
import { chromium } from "./browser.mjs";
import { helpIfAsked } from "./help.mjs";
import { onEachNode } from "./node-versions.mjs";
import { buildApp, checkNode, generateCode, installPackages } from "./prepare.mjs";
import { beginRun, endRun } from "./run-folder.mjs";
import { fail, runNode, step } from "./step.mjs";

helpIfAsked(
  `How to use it:
  npm run test:long [-- <part of a file's name> …]

Runs the tests that take too long for every change; their figures are in test-results/long.json afterwards.
Without words, also all end-to-end tests on PostgreSQL, and the build and the unit tests on every Node that is supported;
with the word "node" the latter alone.`,
  { words: true },
);

/** What takes too long for `npm test`; the figures are in test-results/long.json afterwards. Words are names of files. */
async function run() {
  await step("Packages", installPackages);
  await step("Generated code", generateCode);
  if (process.argv[2] === "node") return onEachNode();
  await step("Build", buildApp);
  let browser = "";
  await step("Browser", async () => {
    browser = await chromium();
    return browser;
  });
  const args = ["run", "--config", "vitest.long.config.ts", ...process.argv.slice(2)];
  await step("Long tests", () =>
    runNode("node_modules/vitest/vitest.mjs", args, {
      seen: true,
      env: {
        CHROMIUM: browser,
        VITE_CONFIG_NATIVE_IGNORE_WARNING: "true", // of a planned default, which asks for other imports
      },
    }),
  );
  if (process.argv.length > 2) return;
  await step("End-to-end tests on PostgreSQL", () =>
    runNode("node_modules/@playwright/test/cli.js", ["test", "--config", "e2e"], {
      seen: true,
      env: { CHROMIUM: browser, E2E_DATABASE: "postgresql" },
    }),
  );
  await onEachNode();
}

try {
  checkNode();
  beginRun();
  await run().finally(endRun);
} catch (error) {
  fail(error);
}

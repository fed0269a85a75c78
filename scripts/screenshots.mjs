import "./without-env-files.mjs";
import { chromium } from "./browser.mjs";
import { helpIfAsked } from "./help.mjs";
import { buildApp, checkNode, generateCode, installPackages } from "./prepare.mjs";
import { fail, runNode, StepError, step } from "./step.mjs";

helpIfAsked(
  `How to use it:
  npm run screenshots [-- de]

Makes the pictures of the pages anew: in English those of docs/screenshots, in another language in test-results.`,
  { words: true },
);

/** Pictures of the production build, with the simulator's people. */
async function run() {
  const [language = "en", ...others] = process.argv.slice(2);
  if (others.length > 0) throw new StepError("Name one language.");
  await step("Packages", installPackages);
  await step("Generated code", generateCode);
  await step("Build", buildApp);
  let browser = "";
  await step("Browser", async () => {
    browser = await chromium();
    return browser;
  });
  const args = ["test", "--config", "e2e/screenshots"];
  const env = { CHROMIUM: browser, SCREENSHOTS_LANGUAGE: language };
  await step("Pictures", () =>
    runNode("node_modules/@playwright/test/cli.js", args, { seen: true, env }),
  );
}

try {
  checkNode();
  await run();
} catch (error) {
  fail(error);
}

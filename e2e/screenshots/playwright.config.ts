import { defineConfig } from "@playwright/test";
import endToEnd from "../playwright.config";

/** `npm run screenshots`: the pictures of the pages, from the production build and the simulator. */
export default defineConfig({
  ...endToEnd,
  testDir: ".",
  testMatch: "screenshots.spec.ts",
  outputDir: "../../test-results/screenshots-e2e",
  workers: 1, // the pictures are of one day
  reporter: "list",
});

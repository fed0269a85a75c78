import { defineConfig } from "@playwright/test";
import endToEnd from "../playwright.config";

/** `npm run test:independent`. Each file starts a server of its own, with a production build that is led to it. */
const { webServer: _, ...rest } = endToEnd;

export default defineConfig({
  ...rest,
  testDir: ".",
  testMatch: "e2e/independent/*.spec.ts",
  outputDir: "../../test-results/independent-e2e",
  timeout: 60_000,
  reporter: [["list"], ["json", { outputFile: "../../test-results/independent.json" }]],
});

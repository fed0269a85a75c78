import { defineConfig } from "vitest/config";
import { FiguresReport } from "./scripts/figures-report.mjs";
import unit from "./vitest.config";

/** What is too long for every run: `npm run test:long`. */
export default defineConfig({
  ...unit,
  test: {
    ...unit.test,
    include: ["{lib,app,scripts,e2e}/**/*.long.test.ts"],
    exclude: ["**/node_modules/**"],
    reporters: ["verbose", new FiguresReport("test-results/long.json")],
    maxWorkers: 1, // what is measured is not to be disturbed
    testTimeout: 15 * 60_000,
    hookTimeout: 5 * 60_000,
  },
});

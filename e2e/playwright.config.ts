import { defineConfig, devices } from "@playwright/test";
import { apps, simulator } from "./support/apps";

/** One browser, one worker: the tests share a simulator whose faults are switched while they run. */
export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "../test-results/e2e",
  workers: 1,
  forbidOnly: true,
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: "../test-results/e2e.json" }]],
  use: {
    ...devices["Desktop Chrome"],
    baseURL: apps.main.url,
    locale: "en-GB",
    timezoneId: "Europe/Brussels",
    screenshot: "only-on-failure", // `--trace on` tells more, and takes a quarter longer
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      args: [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
      ],
    },
  },
  webServer: {
    command: "node --import tsx support/servers.ts",
    cwd: import.meta.dirname,
    url: `${simulator.url}/ready`,
    timeout: 120_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 15_000 },
    stdout: "pipe",
  },
});

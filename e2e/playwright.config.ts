import { defineConfig, devices } from "@playwright/test";

/** What the apps keep things in: `E2E_DATABASE=postgresql` asks for a server instead of the embedded database. */
const STORAGE = process.env.E2E_DATABASE === "postgresql" ? "e2e-postgresql" : "e2e";

/** Each worker has a browser, a simulator and apps of its own, because tests switch the simulator's faults as they run. */
const WORKERS = 2;

export default defineConfig({
  testDir: ".",
  testMatch: "e2e/*.spec.ts", // those of `npm run test:independent` are in a folder of their own
  outputDir: `../test-results/${STORAGE}`,
  workers: WORKERS,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000, // on a busy machine a test waits for others; what hangs is found all the same
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: `../test-results/${STORAGE}.json` }]],
  use: {
    ...devices["Desktop Chrome"],
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
    command: `node --conditions=react-server --import tsx support/servers.ts ${WORKERS}`,
    cwd: import.meta.dirname,
    wait: { stdout: /^Ready, .* from (?<portico_servers>[\d ]+)\.$/m },
    timeout: 300_000, // on a busy machine
    gracefulShutdown: { signal: "SIGTERM", timeout: 15_000 },
    stdout: "pipe",
  },
});

import { readFileSync } from "node:fs";
import "./scripts/without-env-files.mjs";
import { defineConfig } from "vitest/config";
import { UnitReport } from "./scripts/unit-report.mjs";

/** Settings that the shell has, by the first word of their names: no test is to depend on them. */
const ours: string[] = readFileSync(".env.example", "utf8").match(/^[A-Z\d]+(?=_)/gm) ?? [];
const exported = Object.keys(process.env).filter((name) => ours.includes(name.split("_")[0] ?? ""));

const { UNIT_REPORT: report } = process.env;

export default defineConfig({
  envDir: false,
  // What next-intl hands on of it; its entry for server components needs Next around it.
  resolve: { alias: { "@": import.meta.dirname, "next-intl": "use-intl/core" } },
  // `server-only` throws unless it is resolved the way a server component resolves it.
  ssr: { resolve: { conditions: ["react-server"], externalConditions: ["react-server"] } },
  test: {
    reporters: report ? ["dot", new UnitReport(report)] : ["default"],
    include: ["{lib,app,messages,scripts,e2e,bench/{soak,weather},examples/crm}/**/*.test.ts"],
    exclude: ["**/*.long.test.ts", "**/node_modules/**"],
    server: { deps: { inline: ["next-auth"] } }, // so that a test can stand in for next/headers
    env: {
      ...Object.fromEntries(exported.map((name) => [name, ""])),
      AUTH_URL: "http://localhost:3000",
      AUTH_SECRET: "a secret for tests only, of 32 characters and more",
      TOKEN_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
      DATABASE_DIRECTORY: "memory://",
    },
    maxWorkers: "100%", // most tests wait for a database, not for each other
    testTimeout: 60_000, // on a busy machine a test waits for others; what hangs is found all the same
    hookTimeout: 60_000,
  },
});

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { postgresServer } from "../lib/db/testing.ts";

/**
 * Measures what is asked for, `storm`, `crash`, `speed`, `sign-in`, `pages` and `weather` or all of it, or `soak`, and prints one
 * table. A part that comes to a bad verdict makes the exit code 1.
 */

const PARTS = ["storm", "crash", "speed", "sign-in", "pages", "weather"];

const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const short = process.argv.includes("--short");
const wanted =
  asked.length === 0 ? PARTS : [...PARTS, "soak"].filter((part) => asked.includes(part));

const server = await postgresServer();
if (!server) throw new Error("The figures need PostgreSQL: install it, its server need not run.");
const folder = mkdtempSync(join(tmpdir(), "portico-bench-"));
const secret = () => randomBytes(32).toString("base64");
Object.assign(process.env, {
  AUTH_URL: "http://localhost:3000",
  AUTH_SECRET: secret(),
  TOKEN_KEYS: `k1:${secret()}`,
  API_RATE_LIMIT: "100000",
  API_RATE_BURST: "100000",
  PORTAL_SIMULATOR: "",
});

const rows = [];
const add = (test, conditions, who, result) => {
  rows.push({ test, conditions, who, result });
  console.error(`${test} | ${conditions} | ${who} | ${result}`);
};
let isGood = true;
const context = { server, folder, secret, short, add };

try {
  for (const part of wanted) {
    const { run } = await import(`./${part}.mjs`);
    if ((await run(context)) === false) isGood = false;
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}

console.log(`${cpus().length} × ${cpus()[0]?.model} (${process.arch}), Node ${process.version}\n`);
console.log("| Test | Conditions | Who | Result |\n|---|---|---|---|");
for (const { test, conditions, who, result } of rows) {
  console.log(`| ${test} | ${conditions} | ${who} | ${result} |`);
}
process.exit(isGood ? 0 : 1);

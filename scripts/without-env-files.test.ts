import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import packageJson from "@/package.json";

/** A developer's .env must change nothing for the tests, the production build that they visit, and the commands they run. */

const preload = ["--import", resolve("scripts/without-env-files.mjs")];
const nextEnv = createRequire(createRequire(import.meta.url).resolve("next")).resolve("@next/env");

/** In every form that one of the readers understands, and the form of a demo's own file. */
const settings = `
AUTH_URL="http://localhost:1"
export AUTH_REDIRECT_PROXY_URL=https://evil.example
  DATABASE_URL = postgresql://evil
DATABASE_DIRECTORY='evil'
MLSCONNECT_BOARDS=evil # that has no credentials
OLX_CLIENT_ID=\${AUTH_URL}
OLX_CLIENT_SECRET=$MLSCONNECT_BOARDS
PRODUCT_NAME="evil
TOKEN_KEYS=evil
"
AUDIT_VENDS=evil
NODE_ENV=development
NODE_OPTIONS=--evil
PATH=/evil
PORTAL_SIMULATOR: http://localhost:4600
`;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "portico-env-files-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, ".env"), settings);
  for (const name of [".env.local", ".env.production", ".env.production.local", ".env.test"]) {
    writeFileSync(join(folder, name), `EVIL_${name.toUpperCase().replaceAll(".", "_")}=evil\n`);
  }
});

/** What a program sees when Next has read the files, as for the build. */
function seen(options: string[]): Record<string, string> {
  const read = `require(${JSON.stringify(nextEnv)}).loadEnvConfig(".", false)`;
  const args = [...options, "--eval", `${read}; console.log(JSON.stringify(process.env))`];
  const env = { PATH: process.env.PATH ?? "", NODE_ENV: "production" as const };
  return JSON.parse(execFileSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" }));
}

test("Next reads nothing from them", () => {
  expect(seen([])).toMatchObject({ AUTH_URL: "http://localhost:1", AUDIT_VENDS: "evil" });

  const { __NEXT_PROCESSED_ENV: _note, WITHOUT_ENV_FILES: _ours, ...rest } = seen(preload);
  const set = Object.entries(rest).filter(([, value]) => value !== "");
  expect(Object.fromEntries(set)).toEqual({ PATH: process.env.PATH, NODE_ENV: "production" });
});

test("a command runs beside them with the settings that the test gives it", () => {
  for (const name of readdirSync(".").filter((name) => !/^\.(env|data|next|git)/.test(name))) {
    symlinkSync(resolve(name), join(folder, name));
  }
  const [, ...words] = packageJson.scripts.keys.split(" ");
  const env = { ...process.env, DATABASE_DIRECTORY: "memory://" };
  const list = execFileSync(process.execPath, [...preload, ...words, "list"], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  expect(list).toMatch(/^Id +Name/);
}, 60_000);

import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";

/** One .env file is the same to the app and to a command, as they are started. */

const nextEnv = createRequire(createRequire(import.meta.url).resolve("next")).resolve("@next/env");

/** As Next does at its start, and when it sees that the file has changed. */
const app = [
  ...["--import", resolve("lib/process/server/before-next.mjs")],
  "--eval",
  `const { loadEnvConfig } = require(${JSON.stringify(nextEnv)});
  loadEnvConfig(".", false);
  loadEnvConfig(".", true, console, true);
  console.log(JSON.stringify(process.env));`,
];

const command = [
  ...["--conditions=react-server", "--import", "tsx", "--input-type=module", "--eval"],
  `import { command } from "./scripts/command.ts";
  await command({
    usage: "",
    options: {},
    run: async () => {
      console.log(JSON.stringify(process.env));
      return 0;
    },
  });`,
];

const readers = [
  ["the app", app],
  ["a command", command],
] as const;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "portico-env-file-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of readdirSync(".").filter((name) => !/^\.(env|data|next|git)/.test(name))) {
    symlinkSync(resolve(name), join(folder, name));
  }
});

const settings = `
AUTH_URL=http://localhost:3000
AUTH_SECRET="a $ecret with $AUTH_URL and # of 32 characters"
TOKEN_KEYS=k1:${Buffer.alloc(32, 1).toString("base64")}
`;

const PATH = process.env.PATH ?? "";

function started(args: readonly string[], more: Record<string, string> = {}) {
  const env = { PATH, NODE_ENV: "production" as const, ...more };
  return spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
}

function seen(args: readonly string[], more: Record<string, string> = {}) {
  const { stdout, stderr } = started(args, more);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

test.each(readers)("%s takes every value as it stands there", (_, args) => {
  const text = `\ufeff${settings}OLX_SITES= # none
export PRODUCT_NAME='Agence \\n #1'
NODE_ENV=development
AUDIT_VENDS=0.5
LOG_LEVEL=warn
`;
  writeFileSync(join(folder, ".env"), text.replaceAll("\n", "\r\n"));
  const environment = seen(args, { AUDIT_VENDS: "", PORTICO_TEST: "$AUTH_URL" });
  expect(environment).toMatchObject({
    AUTH_URL: "http://localhost:3000",
    AUTH_SECRET: "a $ecret with $AUTH_URL and # of 32 characters",
    OLX_SITES: "",
    PRODUCT_NAME: "Agence \\n #1",
    NODE_ENV: "production",
    AUDIT_VENDS: "",
    LOG_LEVEL: "warn",
    PORTICO_TEST: "$AUTH_URL",
  });
});

test.each(readers)(
  "%s takes nothing from the file for what its environment has, and changes none of that",
  (_, args) => {
    writeFileSync(join(folder, ".env"), settings);
    const AUTH_SECRET = "$AUTH_URL is no address in the environment";
    expect(seen(args, { AUTH_SECRET })).toMatchObject({ AUTH_SECRET });
  },
);

const utf16 = Buffer.from(`\ufeff${settings}`, "utf16le");

const broken: [string, () => void, string[]][] = [
  [
    "lines that cannot be read",
    () => writeFileSync(join(folder, ".env"), `${settings}\nA="canary\ncanary`),
    [".env line 6: A has a quote", ".env line 7 is not NAME=value."],
  ],
  [
    "another encoding",
    () => writeFileSync(join(folder, ".env"), utf16),
    [".env is not UTF-8 text"],
  ],
  [
    "another encoding without its mark",
    () => writeFileSync(join(folder, ".env"), utf16.subarray(2)),
    [".env is not UTF-8 text"],
  ],
  ["a folder of its name", () => mkdirSync(join(folder, ".env")), [".env is a folder"]],
  [
    "another file that Next would read",
    () => {
      writeFileSync(join(folder, ".env"), settings);
      writeFileSync(join(folder, ".env.local"), "OLX_API_KEY=canary\nA='canary");
      writeFileSync(join(folder, ".env.production"), "# nothing\n");
    },
    [".env.local is not read: move its settings to .env and remove it. It sets OLX_API_KEY."],
  ],
];

test.each(
  broken.flatMap(([what, make, sentences]) =>
    readers.map(([who, args]) => [who, what, make, sentences, args] as const),
  ),
)("%s does not start beside %s, and says why", (_who, _what, make, sentences, args) => {
  make();
  const { status, stdout, stderr } = started(args);
  expect([status, stdout]).toEqual([1, ""]);
  for (const sentence of sentences) expect(stderr).toContain(sentence);
  expect(stderr).not.toContain("canary");
  expect(stderr.trim().split("\n")).toHaveLength(sentences.length);
});

test("a file that cannot be read is said to be so", async () => {
  // A socket: it is there, and not even root can open it as a file.
  const server = createServer().listen(join(folder, ".env"));
  await once(server, "listening");
  expect(started(app).stderr).toMatch(/\.env cannot be read \(E[A-Z]+\)\./);
  server.close();
});

test("the demo's own file is one of these", () => {
  const demo = `import { readEnvFile } from "./lib/process/server/env-file.mjs";
  import { makeEnvFile } from "./scripts/prepare.mjs";
  makeEnvFile();
  console.log(JSON.stringify(readEnvFile()));`;
  symlinkSync(resolve(".env.example"), join(folder, ".env.example"));
  const args = ["--input-type=module", "--eval", demo];
  const env = { PATH, NODE_ENV: "production" as const };
  const said = execFileSync(process.execPath, args, {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  const { variables, errors } = JSON.parse(said);
  expect(errors).toEqual([]);
  expect(Object.keys(variables)).toContain("TOKEN_KEYS");
});

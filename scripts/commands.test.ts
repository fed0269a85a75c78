import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { lockFile } from "@/lib/db/lock";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import packageJson from "@/package.json";

/** The commands as they are typed, beside a database of their own. */

const run = promisify(execFile);

type Ended = { code: number; stdout: string; stderr: string };

async function command(
  name: "keys:rotate" | "export-user" | "erase-user",
  args: readonly string[],
  database: { DATABASE_URL?: string; DATABASE_DIRECTORY?: string },
): Promise<Ended> {
  const [, ...words] = packageJson.scripts[name].split(" ");
  const env = { ...process.env, DATABASE_URL: "", DATABASE_DIRECTORY: "", ...database };
  return run(process.execPath, [...words, ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (ended: Ended) => ended,
  );
}

function folder() {
  const path = mkdtempSync(join(tmpdir(), "portico-commands-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test.each([
  ["export-user", [], "Name one user: npm run export-user -- <user id>"],
  ["erase-user", [], "Name one user: npm run erase-user -- <user id> --yes"],
  ["keys:rotate", ["--all"], "Unknown option '--all'"],
] as const)("npm run %s -- %j is refused in a sentence", async (name, args, sentence) => {
  const { code, stderr } = await command(name, args, {});
  expect(stderr).toContain(`✗ ${sentence}`);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
});

test("a command names both ways out while the app has the embedded database", async () => {
  const directory = folder();
  const release = await lockFile(join(directory, "lock"));
  try {
    const database = { DATABASE_DIRECTORY: directory };
    const { code, stderr } = await command("keys:rotate", [], database);
    expect(stderr).toMatch(/✗ .* is in use by process \d+: stop it, or set DATABASE_URL/);
    expect(code).toBe(1);
  } finally {
    release();
  }
}, 60_000);

test("a user is exported, removed only when that is said twice, and has a receipt then", async (context) => {
  const server = await postgresServer();
  if (!server) return context.skip(NO_POSTGRESQL);
  onTestFinished(() => server.stop());
  const place = folder();
  const database = { DATABASE_URL: await server.create("portico") };
  const opened = await openDatabase({ url: database.DATABASE_URL, directory: "" });
  const { id } = await opened.client.user.create({ data: { name: "Anna Peeters" } });
  await opened.close();

  const unknown = await command("export-user", ["unknown"], database);
  expect(unknown).toMatchObject({ code: 1, stderr: '✗ There is no user "unknown".\n' });

  const out = join(place, "export.json");
  expect((await command("export-user", [id, "--out", out], database)).code).toBe(0);
  expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({ user: { name: "Anna Peeters" } });
  expect(statSync(out).mode & 0o077).toBe(0);

  const asked = await command("erase-user", [id], database);
  expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining("--yes") });

  const receipt = join(place, "receipt.json");
  const erased = await command("erase-user", [id, "--yes", "--out", receipt], database);
  expect(erased).toMatchObject({ code: 0, stderr: expect.stringContaining("✓ Removed.") });
  expect(JSON.parse(readFileSync(receipt, "utf8"))).toMatchObject({ user: id, final: true });

  const again = await command("erase-user", [id, "--out", receipt], database);
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("Was removed on") });

  const rotated = await command("keys:rotate", [], database);
  expect(rotated.stdout).toMatch(/^0 rows encrypted anew\.$[\s\S]*^k1 +0 +encrypts$/m);
}, 120_000);

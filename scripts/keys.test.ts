import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import packageJson from "@/package.json";

const run = promisify(execFile);

/** The command as it is typed. */
function keysCommand(DATABASE_DIRECTORY: string, settings: Record<string, string> = {}) {
  const [, ...words] = packageJson.scripts.keys.split(" ");
  const olx = { OLX_SITES: "otodom", OLX_CLIENT_ID: "a", OLX_CLIENT_SECRET: "b", OLX_API_KEY: "c" };
  const env = { ...process.env, ...olx, DATABASE_URL: "", DATABASE_DIRECTORY, ...settings };
  return (...args: string[]) =>
    run(process.execPath, [...words, ...args], { env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (ended: { code: number; stdout: string; stderr: string }) => ended,
    );
}

test("a key is made, listed and replaced, and shown once", { timeout: 120_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), "portico-keys-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const keys = keysCommand(directory);
  const made = await keys("create", "--name", "crm", "--connections", "olx-otodom");
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining("shown only now") });
  expect(made.stdout).toMatch(/^portico_\w{12}_[\w-]{43}\n$/);
  const [, id = "", secret = ""] = /^portico_(\w{12})_(.*)\n$/.exec(made.stdout) ?? [];

  const replaced = await keys("create", "--name", "crm", "--calls", "token,links", "--replace");
  expect(replaced.stdout).not.toContain(id);
  const { stdout } = await keys("list");
  expect(stdout).not.toContain(secret);
  const [, first, second] = stdout.split("\n");
  expect(first).toMatch(
    new RegExp(`^${id}  crm   none    links token headers  olx-otodom .*never .*withdrawn`),
  );
  expect(second).toMatch(/crm +none +token links +all .*never .*works$/);
});

test("what is asked of it wrongly is said in a sentence", { timeout: 60_000 }, async () => {
  const keys = keysCommand("memory://");
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await keys(...args);
    expect([code, stdout]).toEqual([1, ""]);
    return stderr;
  };
  expect(await refused("create")).toMatch(/--name crm/);
  expect(await refused("create", "--name", "x", "--connections", "otodom")).toBe(
    "✗ There is no connection otodom: there are olx-otodom.\n",
  );
  expect(await refused("create", "--name", "x", "--calls", "all")).toMatch(
    /no call all\. There are:\n {2}links\n/,
  );
  expect(await refused("withdraw", "a\u202e\n✓ b")).toBe(
    '✗ There is no key "a\\u202e\\u000a✓ b" that works.\n',
  );
  expect(await refused("revoke")).toMatch(/^How to use it:/);
});

test("many connections are listed one a line", { timeout: 60_000 }, async () => {
  const boards = Array.from({ length: 30 }, (_, n) => `board-${n}`);
  const keys = keysCommand("memory://", {
    MLSCONNECT_BOARDS: boards.join(" "),
    MLSCONNECT_CLIENT_ID: "a",
    MLSCONNECT_CLIENT_SECRET: "b",
  });
  const { code, stderr } = await keys("create", "--name", "crm", "--connections", "boards");
  expect(code).toBe(1);
  expect(stderr.split("\n")).toEqual([
    "✗ There is no connection boards. There are:",
    ...boards.map((board) => `  mlsconnect-${board}`),
    "  olx-otodom",
    "",
  ]);
});

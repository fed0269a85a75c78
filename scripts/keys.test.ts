import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import packageJson from "@/package.json";

const run = promisify(execFile);

/** The command as it is typed. */
function keysCommand(DATABASE_DIRECTORY: string) {
  const [, ...words] = packageJson.scripts.keys.split(" ");
  const olx = { OLX_SITES: "otodom", OLX_CLIENT_ID: "a", OLX_CLIENT_SECRET: "b", OLX_API_KEY: "c" };
  const env = { ...process.env, ...olx, DATABASE_URL: "", DATABASE_DIRECTORY };
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
  expect(first).toMatch(new RegExp(`^${id}  crm .*olx-otodom .*never .*withdrawn`));
  expect(second).toMatch(/crm {3}token links +all .*never .*works$/);
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
  expect(await refused("create", "--name", "x", "--calls", "all")).toMatch(/links, token, headers/);
  expect(await refused("withdraw", "unknown")).toBe('✗ There is no key "unknown" that works.\n');
  expect(await refused("revoke")).toMatch(/^How to use it:/);
});

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import packageJson from "@/package.json";

const run = promisify(execFile);

/** The commands as they are typed. */
function typed(DATABASE_DIRECTORY: string, command: "clients" | "keys", more = {}) {
  const [, ...words] = packageJson.scripts[command].split(" ");
  const env = { ...process.env, DATABASE_URL: "", DATABASE_DIRECTORY, ...more };
  return (...args: string[]) =>
    run(process.execPath, [...words, ...args], { env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (ended: { code: number; stdout: string; stderr: string }) => ended,
    );
}

test("a client is made, changed, listed and removed with its keys", {
  timeout: 120_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), "portico-clients-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [clients, keys] = [typed(directory, "clients"), typed(directory, "keys")];
  const address = "https://CRM.example";
  const made = await clients("create", "acme", "--name", "Acme CRM", "--return-url", address);
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining("--client acme") });
  const key = await keys("create", "--client", "acme", "--name", "backend", "--calls", "connect");
  expect(key).toMatchObject({ code: 0, stdout: expect.stringMatching(/^portico_/) });
  expect((await keys("list")).stdout).toMatch(/backend +acme +connect/);
  await clients("change", "acme", "--name", "Acme");
  expect((await clients("list")).stdout).toMatch(/acme +Acme +0 +0 +1 .* https:\/\/crm\.example\//);

  const unsure = await clients("remove", "acme");
  expect([unsure.code, unsure.stderr]).toMatchObject([1, expect.stringContaining("--yes")]);
  expect(await clients("remove", "acme", "--yes")).toMatchObject({ code: 0 });
  expect((await clients("list")).stdout).not.toContain("acme");
  expect((await keys("list")).stdout).toMatch(/backend +acme .*withdrawn/);
});

test("a client that the company login names is not removed: the app would not start", {
  timeout: 120_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), "portico-clients-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const clients = typed(directory, "clients");
  for (const id of ["acme", "beta"]) await clients("create", id, "--name", id);
  const withLogin = typed(directory, "clients", {
    COMPANY_LOGIN_ISSUER: "https://login.acme.example",
    COMPANY_LOGIN_CLIENT_ID: "portico",
    COMPANY_LOGIN_CLIENT_SECRET: "secret",
    COMPANY_LOGIN_CLIENT: "acme",
  });
  expect(await withLogin("remove", "acme", "--yes")).toMatchObject({
    code: 1,
    stderr:
      "✗ COMPANY_LOGIN_CLIENT is acme, and without that client the app does not start: remove the setting first.\n",
  });
  expect(await withLogin("remove", "beta", "--yes")).toMatchObject({ code: 0 });
  expect((await clients("list")).stdout).toMatch(/acme/);
});

test("what is asked of them wrongly is said in a sentence", { timeout: 120_000 }, async () => {
  const [clients, keys] = [typed("memory://", "clients"), typed("memory://", "keys")];
  const refused = async (asked: ReturnType<typeof clients>) => {
    const { code, stdout, stderr } = await asked;
    expect([code, stdout]).toEqual([1, ""]);
    return stderr;
  };
  const create = (...more: string[]) =>
    refused(clients("create", "acme", "--name", "Acme", ...more));
  expect(await refused(clients("create", "Acme!", "--name", "Acme"))).toMatch(/small letters/);
  expect(await refused(clients("create", "acme"))).toMatch(/--name "Acme CRM"/);
  expect(await create("--return-url", "http://crm.example")).toMatch(/must begin with https/);
  expect(await create("--return-url", "https://crm.example/?a=b")).toMatch(/must not have a query/);
  expect(await create("--return-url", "https://a:b@crm.example/")).toMatch(/a name or a password/);
  expect(await create("--return-url", "https://crm.example/#x")).toMatch(/fragment/);
  expect(await refused(clients("change", "acme"))).toMatch(/^Say what|How to use it/m);
  expect(await refused(clients("remove", "acme", "--yes"))).toMatch(/There is no client acme/);
  expect(await refused(keys("create", "--name", "x", "--client", "acme"))).toBe(
    "✗ There is no client acme: there are none.\n",
  );
  expect(await refused(keys("create", "--name", "x", "--calls", "links,connect,erase"))).toMatch(
    /connect, erase .* --client/,
  );
});

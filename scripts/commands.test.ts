import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { lockFile } from "@/lib/db/lock";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer, waitingIn } from "@/lib/db/testing";
import packageJson from "@/package.json";

/** The commands as they are typed, beside a database of their own. */

const run = promisify(execFile);

type Ended = { code: number; stdout: string; stderr: string };

type Command = Extract<
  keyof typeof packageJson.scripts,
  "keys" | "keys:rotate" | "check-links" | "move-database" | "export-user" | "erase-user" | "tidy"
>;

async function command(
  name: Command,
  args: readonly string[],
  settings: Record<string, string>,
): Promise<Ended> {
  const [, ...words] = packageJson.scripts[name].split(" ");
  const env = { ...process.env, DATABASE_URL: "", DATABASE_DIRECTORY: "", ...settings };
  return ended([...words, ...args], env);
}

function ended(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return run(process.execPath, args, { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (ended: Ended) => ended,
  );
}

function folder() {
  const path = mkdtempSync(join(tmpdir(), "portico-commands-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test("what the database does not do for a while is one sentence", async (context) => {
  const server = await postgresServer();
  if (!server) return context.skip(NO_POSTGRESQL);
  onTestFinished(() => server.stop());
  const url = await server.create("closed");
  await (await openDatabase({ url, directory: "" })).close();
  const closed = `${url}?options=-c%20default_transaction_read_only%3Don`;
  const { code, stdout, stderr } = await command("keys", ["create", "--name", "crm"], {
    DATABASE_URL: closed,
    ...{ OLX_SITES: "otodom", OLX_CLIENT_ID: "a", OLX_CLIENT_SECRET: "b", OLX_API_KEY: "c" },
  });
  expect(stderr).toMatch(
    /^✗ The database did not do what it was asked: .*read-only.* Try again later\.\n$/,
  );
  expect([code, stdout]).toEqual([1, ""]);
});

test.each([
  ["export-user", [], "Name one user."],
  ["erase-user", [], "Name one user."],
  ["keys:rotate", ["--all"], "Unknown option '--all'"],
  ["keys:rotate", ["all"], "Unexpected argument 'all'"],
  ["tidy", ["all"], "Unexpected argument 'all'"],
  ["move-database", [], "Say where to, with --to or MOVE_TO."],
  ["move-database", ["--to", "mysql://us:hidden@h/x"], "--to must begin with postgresql://."],
  ["move-database", ["postgresql://us:hid@den@h/x"], "Unexpected argument 'postgresql://us:…@h/x'"],
  ["move-database", ["--to=", "postgresql:///x?password=hidden&a"], "Unexpected argument 'postg"],
  ["check-links", ["--older-than", "6"], "--older-than is a number with s, m, h or d"],
  ["erase-user", ["u", "--wait", "long"], "--wait is a number of seconds"],
] as const)(
  "npm run %s -- %j is refused in a sentence, and told how it goes",
  async (name, args, sentence) => {
    const { code, stdout, stderr } = await command(name, args, {});
    expect(stderr).toContain(`✗ ${sentence}`);
    expect(stderr).toContain(`\nHow to use it:\n  npm run ${name}`);
    expect(stderr).not.toMatch(/^\s+at |hid|den/m);
    expect([code, stdout]).toEqual([1, ""]);
  },
);

test.each([
  ["keys", ["--help"]],
  ["keys", ["create", "--name", "crm", "-h"]],
  ["check-links", ["--help"]],
  ["keys:rotate", ["--unknown", "-h"]],
  ["move-database", ["--to", "-h"]],
  ["export-user", ["-h"]],
  ["tidy", ["-h"]],
  ["erase-user", ["--help", "u", "--yes"]],
] as const)(
  "npm run %s -- %j says how it goes, without settings and a database",
  async (name, args) => {
    const nothing = { AUTH_URL: "", AUTH_SECRET: "", TOKEN_KEYS: "", DATABASE_URL: "none" };
    const { code, stdout, stderr } = await command(name, args, nothing);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^How to use it:\n {2}npm run ${name}`));
  },
);

test.each([
  ["demo", ["--help"], 0],
  ["dev", ["-h"], 0],
  ["test", ["-h"], 0],
  ["test-long", ["--help"], 0],
  ["test-independent", ["--help"], 0],
  ["demo", ["--port", "3001"], 1],
  ["dev", ["3001"], 1],
  ["test", ["lib"], 1],
] as const)(
  "scripts/%s.mjs %j says how it goes, and does nothing",
  async (name, args, expected) => {
    const { code, stdout, stderr } = await ended([`scripts/${name}.mjs`, ...args], process.env);
    expect(code).toBe(expected);
    expect([stdout, stderr].toSorted().join("")).toMatch(/^How to use it:\n {2}npm .*\.\n$/s);
  },
);

test("a reader that goes away leaves the work to be done, and no complaint", async () => {
  const [, ...words] = packageJson.scripts.keys.split(" ");
  const env = { ...process.env, DATABASE_DIRECTORY: "memory://" };
  const child = spawn(process.execPath, [...words, "list"], { env });
  child.stdout.destroy();
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect([code, said]).toEqual([0, ""]);
});

test("what was typed does not reach the terminal in a form that it would obey", async () => {
  const { stderr } = await command("export-user", ["--\u202e\u001b[2J\n✓ Done."], {});
  expect(stderr).toMatch(/^✗ Unknown option '--\\u202e\\u001b\[2J\\u000a✓ Done/);
});

test("output that cannot be written makes a command fail", async () => {
  const [, ...words] = packageJson.scripts.keys.split(" ");
  const full = openSync("/dev/full", "w");
  onTestFinished(() => closeSync(full));
  const child = spawn(process.execPath, [...words, "--help"], {
    stdio: ["ignore", full, "pipe"],
  });
  const [said, [code]] = await Promise.all([text(child.stderr as Readable), once(child, "exit")]);
  expect([code, said]).toEqual([1, "✗ The output could not be written: ENOSPC.\n"]);
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

  const tidied = await command("tidy", [], { ...database, KEEP_VENDS_DAYS: "7" });
  expect(tidied).toMatchObject({ code: 0, stderr: "" });
  expect(tidied.stdout).toMatch(/^expired sessions +0$/m);
  expect(tidied.stdout).toContain("vends and refreshes 7, journal 30");

  const rotated = await command("keys:rotate", [], database);
  expect(rotated.stdout).toMatch(/^0 rows encrypted anew\.$[\s\S]*^k1 +0 +encrypts$/m);
}, 120_000);

test("everything moves to an empty server, says what to do next, and shows no password", async (context) => {
  const server = await postgresServer();
  if (!server) return context.skip(NO_POSTGRESQL);
  onTestFinished(() => server.stop());
  const here = { DATABASE_DIRECTORY: folder() };
  const there = await server.create("portico");
  const { password } = new URL(there);
  const absent = await command("move-database", ["--to", there], here);
  expect(absent).toMatchObject({ code: 1, stdout: "" });
  expect(absent.stderr).toMatch(/^✗ There is no embedded database in /);

  const opened = await openDatabase({ url: null, directory: here.DATABASE_DIRECTORY });
  await opened.client.user.create({ data: { name: "Anna Peeters" } });
  const running = await command("move-database", ["--to", there], here);
  expect(running.stderr).toMatch(/^✗ .* is in use by process \d+: stop it/);
  await opened.close();

  const moved = await command("move-database", [], { ...here, MOVE_TO: there });
  expect([moved.code, moved.stderr]).toEqual([0, ""]);
  expect(moved.stdout).toMatch(
    /^User +1$[\s\S]*^Everything is there\. All 0 stored tokens[\s\S]*^ {2}1\. Set DATABASE_URL/m,
  );
  const target = await openDatabase({ url: there, directory: "" });
  expect(await target.client.user.findMany()).toMatchObject([{ name: "Anna Peeters" }]);
  await target.close();

  const again = await command("move-database", ["--to", there], here);
  expect(again).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/is not empty: its table User has rows.* Nothing was copied/),
  });
  const wrong = there.replace(/\/portico$/, "/other?schema=x");
  const nowhere = await command("move-database", ["--to", wrong], here);
  expect(nowhere.stderr).toMatch(/does not let us into "other": database "other" does not exist/);
  const outputs = [absent, running, moved, again, nowhere];
  const said = outputs.map(({ stdout, stderr }) => stdout + stderr).join();
  for (const each of [password, decodeURIComponent(password)]) expect(said).not.toContain(each);
}, 180_000);

test("Ctrl+C ends a move with a sentence, and nothing is at the target", async (context) => {
  const server = await postgresServer();
  if (!server) return context.skip(NO_POSTGRESQL);
  onTestFinished(() => server.stop());
  const here = await server.create("here");
  const source = await openDatabase({ url: here, directory: "" });
  await source.client.user.create({ data: { name: "Anna Peeters" } });
  await source.close();
  const there = await server.create("there");
  const target = await openDatabase({ url: there, directory: "" });
  onTestFinished(() => target.close());

  await target.client.$transaction(
    async (tx) => {
      await tx.$executeRaw`LOCK TABLE "Account"`; // which the move waits for
      const [, ...words] = packageJson.scripts["move-database"].split(" ");
      const env = { ...process.env, DATABASE_URL: here, MOVE_TO: there };
      const child = spawn(process.execPath, words, { env });
      const said = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
      await expect.poll(() => waitingIn(target.client), { timeout: 30_000 }).toBe(1);
      child.kill("SIGINT");
      const [stdout, stderr, [code]] = await said;
      expect([code, stderr]).toEqual([
        1,
        "✗ It was stopped before the end. Nothing was copied, and nothing is changed here.\n",
      ]);
      expect(stdout).toMatch(/^From "here" on [\d.:]+ to "there" on [\d.:]+\.\n$/);
    },
    { timeout: 60_000 },
  );
  expect(await target.client.user.count()).toBe(0);
}, 180_000);

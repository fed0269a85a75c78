import fs, { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { newFolder } from "./fixtures/folder";
import { runFixture } from "./fixtures/run";
import type { PrismaClient } from "./generated/client";
import { openDatabase } from "./open";
import { NO_POSTGRESQL } from "./postgres-binaries.mjs";
import { table } from "./tables";
import { postgresServer } from "./testing";

const server = await postgresServer();
afterAll(() => server?.stop());

/** Opened once and closed again: the first opening takes seconds, a copy does not. */
const prepared = newFolder();
mkdirSync(join(prepared, "data.new", "base"), { recursive: true }); // as an interrupted first start leaves it
await (await openDatabase({ url: null, directory: prepared })).close();

const event = { action: "test", outcome: "ok", requestId: "test" };

test("a database in memory has every table, and may be closed twice", async () => {
  const { client, kind, close } = await openDatabase({ url: null, directory: "memory://" });
  expect(kind).toBe("embedded");
  expect(await client.auditEvent.create({ data: event })).toMatchObject({ id: 1n });
  await close();
  await close();
});

test("a killed process has lost nothing it acknowledged", { timeout: 60_000 }, async () => {
  const directory = newCopy();
  const writer = runFixture("write-rows", directory);
  await writer.line("row");
  await expect.poll(() => writer.lines.length, { timeout: 20_000 }).toBeGreaterThan(60);

  const second = runFixture("write-rows", directory);
  expect(await second.line("refused")).toBe(
    `refused ${directory} is in use by process ${writer.pid}: stop it, or set DATABASE_URL to use PostgreSQL.`,
  );
  await second.kill();
  await writer.kill("SIGKILL");

  const { client, close } = await openDatabase({ url: null, directory });
  expect(await missing(client, writer.lines)).toEqual([]);
  await close();
});

test("another way to the same directory is the same directory", async () => {
  const directory = newCopy();
  const link = join(newFolder(), "link");
  symlinkSync(directory, link);
  const { close } = await openDatabase({ url: null, directory });
  const again = openDatabase({ url: null, directory: link, waitMs: 0 });
  await expect(again).rejects.toMatchObject({ code: "in_use" });
  await close();
});

test("an opening that fails lets go of the directory", async () => {
  const directory = newCopy();
  const migrations = newFolder();
  const older = openDatabase({ url: null, directory, migrations });
  await expect(older).rejects.toMatchObject({ code: "migration_unknown" });
  const { close } = await openDatabase({ url: null, directory, waitMs: 0 });
  await close();
});

test("a damaged directory is refused in PostgreSQL's words, not in PGlite's source", async () => {
  const directory = newCopy();
  rmSync(join(directory, "data/global/pg_control"));
  const damaged = openDatabase({ url: null, directory });
  await expect(damaged).rejects.toMatchObject({
    code: "unreadable",
    message: expect.stringMatching(
      /^The embedded database in .* does not open: .*PANIC: .*pg_control.{0,60}$/,
    ),
  });
});

test("a disk that breaks ends the process with a sentence, and acknowledges nothing", async () => {
  const directory = newCopy();
  const writer = runFixture("fail-to-sync", directory);
  expect(await writer.ended()).toBe(1);
  expect(writer.lines).toEqual(["open"]);
  expect(writer.complaints()).toMatch(/^The embedded database has given up: .*PANIC: .*I.O error/);

  const { client, close } = await openDatabase({ url: null, directory, waitMs: 0 });
  expect(await client.auditEvent.count()).toBeLessThanOrEqual(1); // written, perhaps; promised, no
  await close();
});

test.each(["opening", "running"])(
  "a disk that is full while it is %s is named, and the process ends",
  async (when) => {
    const directory = newCopy();
    const writer = runFixture("fill-disk", directory, when);
    await writer.ended();
    const sentence = `The disk with ${directory} is full: make room there, and start again if it has stopped. What the embedded database has acknowledged is kept.`;
    if (when === "opening") expect(writer.lines).toEqual([`refused ${sentence}`]);
    else expect(writer.lines.join(" ")).toMatch(/^open refused .* No space left on device`$/);
    const told = when === "opening" ? "" : `"database.unusable","message":"${sentence}"`;
    expect(writer.complaints()).toContain(told);
    const { close } = await openDatabase({ url: null, directory, waitMs: 0 });
    await close();
  },
);

test.each([
  ["EROFS", "is on a disk that can only be read: make it writable"],
  ["EACCES", /^This process may not read and write everything in .* belongs to user \d+: give the/],
  ["ENOSPC", "is full: make room there"],
])("a directory that cannot be written (%s) is named, with what to do", async (code, sentence) => {
  const directory = newFolder();
  const open = vi.spyOn(fs, "openSync").mockImplementation((path) => {
    throw Object.assign(new Error(code), { code, path });
  });
  syncBuiltinESMExports();
  onTestFinished(() => {
    open.mockRestore();
    syncBuiltinESMExports();
  });
  const refused = openDatabase({ url: null, directory });
  await expect(refused).rejects.toMatchObject({ code: "unusable" });
  await expect(refused).rejects.toThrow(sentence);
  await expect(refused).rejects.toThrow(directory);
});

test("one file below it that another user has made is named, too", async () => {
  const directory = newCopy();
  const file = join(directory, "data/base/5/112");
  const access = fs.accessSync;
  const probe = vi.spyOn(fs, "accessSync").mockImplementation((path, mode) => {
    if (path === file) throw Object.assign(new Error("EACCES"), { code: "EACCES", path });
    access(path, mode);
  });
  syncBuiltinESMExports();
  onTestFinished(() => {
    probe.mockRestore();
    syncBuiltinESMExports();
  });
  await expect(openDatabase({ url: null, directory })).rejects.toThrow(
    `runs as user ${process.getuid?.()}, and ${file} belongs to user ${process.getuid?.()}`,
  );
});

test("a file is no directory", async () => {
  const file = join(newFolder(), "file");
  writeFileSync(file, "");
  for (const directory of [file, join(file, "below")]) {
    const refused = openDatabase({ url: null, directory });
    await expect(refused).rejects.toThrow(`${directory} is no folder, or is below a file`);
  }
});

test("on a server a killed process has lost nothing either", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const url = await server.create("killed");
  const writer = runFixture("write-rows", url);
  await expect.poll(() => writer.lines.length, { timeout: 15_000 }).toBeGreaterThan(60);
  await writer.kill("SIGKILL");

  const { client, kind, close } = await openDatabase({ url, directory: "unused" });
  expect(kind).toBe("server");
  expect(await missing(client, writer.lines)).toEqual([]);
  await close();
});

test("four that open a fresh server at once all find every table", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const url = await server.create("four");
  const all = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ url, directory: "unused" })));
  expect(await Promise.all(all.map(({ client }) => client.user.count()))).toEqual([0, 0, 0, 0]);
  await Promise.all(all.map(({ close }) => close()));
});

test("a schema named in the address is where everything is", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const url = await server.create("schemas");
  const address = `${url}?schema=Other&application_name=test`;
  const absent = openDatabase({ url: address, directory: "unused" });
  await expect(absent).rejects.toMatchObject({
    code: "address",
    message: expect.stringContaining('the schema "Other", which does not exist'),
  });

  const admin = new Client(url);
  await admin.connect();
  await admin.query('CREATE SCHEMA "Other"');
  const { client, close } = await openDatabase({ url: address, directory: "unused" });
  await client.auditEvent.create({ data: event });
  expect((await admin.query('SELECT * FROM "Other"."AuditEvent"')).rowCount).toBe(1);
  const events = await client.$queryRaw`SELECT outcome FROM ${table(client, "AuditEvent")}`;
  expect(events).toEqual([{ outcome: "ok" }]);
  const inside = client.$transaction(
    (tx) => tx.$executeRaw`DELETE FROM ${table(tx, "AuditEvent")}`,
  );
  expect(await inside).toBe(1);
  await close();
  await admin.end();
});

test("a server that asks for a password is told so where the address has none", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const url = Object.assign(new URL(await server.create("asking")), { password: "" }).href;
  await expect(openDatabase({ url, directory: "unused" })).rejects.toMatchObject({
    code: "unreachable",
    message: expect.stringContaining("it asks for a password, and the address has none"),
  });
});

test.each([
  ["postgresql://us:hidden@127.0.0.1:1/app", "unreachable", "PostgreSQL at 127.0.0.1:1"],
  ["postgresql://us:hidden@127.0.0.1:port/app", "address", "has a port"],
  ["postgresql://us:hidden@127.0.0.1/app?schema=a;b", "address", "names a schema"],
])(
  "an address that leads nowhere is refused without its password: %s",
  async (url, code, sentence) => {
    const refused = openDatabase({ url, directory: "unused" });
    await expect(refused).rejects.toMatchObject({
      code,
      message: expect.stringContaining(sentence),
    });
    await expect(refused).rejects.not.toThrow("hidden");
  },
);

/** The acknowledged rows that are not there. */
async function missing(client: PrismaClient, lines: string[]) {
  const acknowledged = lines.flatMap((line) => (/^row \d+$/.test(line) ? [line.slice(4)] : []));
  expect(acknowledged.length).toBeGreaterThan(50);
  const rows = await client.auditEvent.findMany({ select: { id: true } });
  const there = new Set(rows.map(({ id }) => String(id)));
  return acknowledged.filter((id) => !there.has(id));
}

function newCopy() {
  const directory = newFolder();
  cpSync(prepared, directory, { recursive: true });
  return directory;
}

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { Status } from "@/lib/accounts/figures/shape";
import { expiredLink, rotatingVariables } from "@/lib/accounts/testing";
import { lockFile } from "@/lib/db/lock";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import packageJson from "@/package.json";
import { statusLines } from "./status-lines";

const run = promisify(execFile);

/** The command as it is typed. */
function status(database: Record<string, string>, ...args: string[]) {
  const [, ...words] = packageJson.scripts.status.split(" ");
  const olx = rotatingVariables("http://localhost:9");
  const env = { ...process.env, DATABASE_URL: "", DATABASE_DIRECTORY: "", ...olx, ...database };
  return run(process.execPath, [...words, ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (ended: { code: number; stdout: string; stderr: string }) => ended,
  );
}

function folder() {
  const path = mkdtempSync(join(tmpdir(), "portico-status-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** The example in the documentation. */
function documented(): Status {
  const [, text = ""] =
    /```json\n([\s\S]*?)```/.exec(readFileSync("docs/operate.md", "utf8")) ?? [];
  return Status.parse(JSON.parse(text));
}

test("what is documented has the shape that is printed", () => {
  expect(documented().figures?.links).toHaveLength(1);
});

test("a person reads what needs attention first, and a table for each kind of thing", () => {
  const lines = statusLines(documented());
  expect(lines[0]).toBe(
    "! olx (production) has been in trouble since 2026-11-28T11:40:00.000Z: failing.",
  );
  const text = lines.join("\n");
  expect(text).toMatch(/^Connection .* Unknown +Reconnects needed +Oldest check$/m);
  expect(text).toMatch(/^olx-otodom +9120 +310 +42 +0 +42 +2026-11-28T10:58:12\.000Z$/m);
  expect(text).toMatch(/^events not fetched, acme +0$/m);
  expect(text).toMatch(/^events not fetched, keys without a client \(never fetches\) +10000 /m);
  expect(text).toMatch(/^acme +2 +2026/m);
  expect(text).toMatch(/^AuditEvent +1204331 +412\.3$/m);
  expect(text).not.toContain("Estimated");
});

test("what is estimated, what is not offered and what was never used is said", () => {
  const { figures, ...rest } = documented();
  if (!figures) throw new Error("no figures");
  const [link] = figures.links;
  if (!link) throw new Error("no link");
  const links = [{ ...link, offered: false, environment: "staging" }];
  const text = statusLines({
    ...{ ...rest, attention: [] },
    figures: { ...figures, links, links_share: 0.125, portals_in_trouble: [] },
  }).join("\n");
  expect(text).toMatch(/^Nothing needs attention\.\n/);
  expect(text).toContain("\nolx-otodom (staging, not offered) ");
  expect(text).toContain(
    "\nEstimated from 12.5 % of the links, except for those that need their users.\n",
  );
  expect(text).toContain("\nNo portal is in trouble.\n");
  expect(text).toMatch(/^none +1 +never$/m);
});

test("beside the app it ends with 0, or with 1 when something needs attention, and changes nothing", async (context) => {
  const server = await postgresServer();
  if (!server) return context.skip(NO_POSTGRESQL);
  onTestFinished(() => server.stop());
  const url = await server.create("portico");
  const app = await openDatabase({ url, directory: "" });
  onTestFinished(() => app.close());
  const link = await expiredLink(app.client, { checkedAt: new Date(), lookAt: new Date() });

  const closed = `${url}?options=-c%20default_transaction_read_only%3Don`;
  const fine = await status({ DATABASE_URL: closed });
  expect(fine).toMatchObject({ code: 0, stderr: "" });
  expect(fine.stdout).toMatch(
    /^Nothing needs attention\.$[\s\S]*^olx-otodom +0 +1 +0 +0 +0 +\d{4}/m,
  );

  await app.client.account.updateMany({ data: { checkOutcome: "invalid_client" } });
  const wrong = await status({ DATABASE_URL: url }, "--json");
  expect([wrong.code, wrong.stderr]).toEqual([1, ""]);
  const said = Status.parse(JSON.parse(wrong.stdout));
  expect(said.attention).toMatchObject([{ about: "registration" }]);
  expect(said.database).toMatchObject({ kind: "server", migrations: { waiting: [] } });
  expect(wrong.stdout).not.toContain(link);

  await app.client
    .$executeRaw`DELETE FROM _prisma_migrations WHERE migration_name LIKE '%links_told_broken'`;
  const behind = await status({ DATABASE_URL: url }, "--json");
  expect([behind.code, JSON.parse(behind.stdout)]).toMatchObject([
    1,
    {
      attention: [{ about: "migrations" }],
      database: { migrations: { waiting: ["20261128210000_links_told_broken"] } },
      figures: null,
    },
  ]);
}, 120_000);

test("it ends with 2 and a sentence when it could not look", async () => {
  const nowhere = await status({ DATABASE_URL: "postgresql://us:hidden@127.0.0.1:9/portico" });
  expect(nowhere).toMatchObject({ code: 2, stdout: "" });
  expect(nowhere.stderr).toMatch(/^✗ PostgreSQL at 127\.0\.0\.1:9 cannot be reached: /);
  expect(await status({ DATABASE_DIRECTORY: folder() })).toMatchObject({
    ...{ code: 2, stdout: "" },
    stderr: expect.stringContaining("✗ There is no embedded database in "),
  });
  expect(await status({ TOKEN_KEYS: "" })).toMatchObject({ code: 2, stdout: "" });
  expect(await status({}, "--all")).toMatchObject({
    ...{ code: 2, stdout: "" },
    stderr: expect.stringContaining("How to use it:\n  npm run status"),
  });
  expect(await status({}, "--help")).toMatchObject({ code: 0, stderr: "" });
}, 120_000);

test("while the app has the embedded database, it names the ways out", async () => {
  const directory = folder();
  await (await openDatabase({ url: null, directory })).close();
  const release = await lockFile(join(directory, "lock"));
  onTestFinished(release);
  const { code, stdout, stderr } = await status({ DATABASE_DIRECTORY: directory });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(
    /^✗ .* is in use by process \d+: stop it, or set DATABASE_URL.*\n {2}Or ask the app: .*\/metrics/,
  );
}, 120_000);

test("with the app stopped, it reads the embedded database", async () => {
  const directory = folder();
  await (await openDatabase({ url: null, directory })).close();
  const { code, stdout, stderr } = await status({ DATABASE_DIRECTORY: directory }, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  expect(Status.parse(JSON.parse(stdout)).database.kind).toBe("embedded");
}, 120_000);

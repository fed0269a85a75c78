import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openColumn } from "@/lib/accounts/tokens/link-tokens";
import type { Database } from "@/lib/db/database";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import packageJson from "@/package.json";
import { portalsOfMany } from "./support/portals-of-many";

/** A CRM moves in with a file of a thousand links at four portals. The command is killed twice, and run again. */

const LINKS = 1_000;

const server = await postgresServer();
const portals = await portalsOfMany(LINKS);
const folder = mkdtempSync(join(tmpdir(), "portico-import-"));
const file = join(folder, "links.jsonl");
let db: Database;
let close: () => Promise<void>;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  if (!server) return;
  const url = await server.create("portico");
  env = { ...process.env, ...portals.settings(), DATABASE_URL: url };
  for (const [name, value] of Object.entries(portals.settings())) vi.stubEnv(name, value);
  const opened = await openDatabase({ url, directory: "" });
  db = opened.client;
  close = opened.close;
  await db.client.create({ data: { id: "acme", name: "Acme CRM", returnUrls: [] } });
  const table = join(folder, "connections.json");
  writeFileSync(table, JSON.stringify(portals.rows));
  writeFileSync(file, execFileSync(process.execPath, ["examples/crm/moving-in.mjs", table]));
});

afterAll(async () => {
  await close?.();
  portals.close();
  await server?.stop();
  rmSync(folder, { recursive: true });
});

/** The command as it is typed. @param killAt kills it when so many links are there */
async function importLinks(killAt: number | null, ...more: string[]) {
  const [, ...words] = packageJson.scripts["import-links"].split(" ");
  const child = spawn(process.execPath, [...words, file, "--client", "acme", ...more], { env });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  if (killAt !== null) {
    while ((await db.account.count()) < killAt && child.exitCode === null) await sleep(20);
    child.kill("SIGKILL");
  }
  return { code: await ended, said };
}

const written = () =>
  readFileSync(`${file}.results.jsonl`, "utf8")
    .split("\n")
    .filter(Boolean)
    .slice(1)
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return []; // what the kill has left of a line
      }
    });

test(`${LINKS} links of four portals, imported with two kills: all work, and none is there twice`, {
  timeout: 15 * 60_000,
}, async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const dry = await importLinks(null, "--dry-run");
  expect([dry.code, dry.said]).toEqual([
    0,
    expect.stringMatching(new RegExp(`not_asked +${LINKS}`)),
  ]);
  expect(await db.account.count()).toBe(0);

  const began = performance.now();
  const killed = [await importLinks(LINKS / 3), await importLinks((2 * LINKS) / 3)];
  expect(killed.map(({ code }) => code)).toEqual([null, null]);
  const atKill = await db.account.count();
  const last = await importLinks(null);
  expect([last.code, last.said]).toEqual([0, expect.stringMatching(/Done before: \d+ lines/)]);
  const seconds = (performance.now() - began) / 1000;

  const results = written();
  expect(results.map(({ line }) => line).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: LINKS }, (_, n) => n + 1),
  );
  const kinds = new Set(results.map(({ result }) => result));
  expect([...kinds].filter((kind) => !["imported", "already_linked"].includes(kind))).toEqual([]);
  const links = await db.account.findMany({ include: { grants: true } });
  expect(links).toHaveLength(LINKS);
  const owners = links.map(({ grants }) => grants.map(({ externalId }) => externalId).join());
  expect(new Set(owners).size).toBe(LINKS);
  const tokens = await Promise.all(links.map((link) => openColumn(link, "access_token")));
  expect(tokens.filter((token) => !portals.isAlive(token))).toEqual([]);
  expect(await db.tokenImport.count()).toBe(0);
  const all = [dry, ...killed, last].map(({ said }) => said).join("");
  expect(`${all}${JSON.stringify(results)}`).not.toMatch(/secret-\d/);

  const again = await importLinks(null);
  expect([again.code, again.said.trim()]).toEqual([
    0,
    expect.stringContaining(`Done before: ${LINKS} lines.`),
  ]);
  const known = results.filter(({ result }) => result === "already_linked").length;
  const figures = [
    `${LINKS} links in ${seconds.toFixed(0)} s, with two kills, the second at ${atKill} links`,
    `${known} lines were done and not yet written when a kill came, and were found again`,
    `${portals.reused.length} refresh tokens came twice`,
  ];
  await context.annotate(figures.join("\n"), "figure");
});

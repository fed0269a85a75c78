import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sessionOver } from "./bridge";
import { newFolder } from "./fixtures/folder";
import { applyMigrations } from "./migrations";

/** What the real migrations do to rows that an older version has written. */

const MIGRATIONS = resolve("prisma/migrations");

let pglite: PGlite;
beforeEach(async () => {
  pglite = await PGlite.create("memory://");
});
afterEach(() => pglite.close());

/** The migrations that come before the one of this name. */
function migrationsBefore(name: string) {
  const folder = join(newFolder(), "migrations");
  mkdirSync(folder);
  for (const each of readdirSync(MIGRATIONS).filter((entry) => entry < name)) {
    cpSync(join(MIGRATIONS, each), join(folder, each), { recursive: true });
  }
  return folder;
}

test("a link whose portal names no member gets a key of its own, and others keep theirs", async () => {
  const session = sessionOver(pglite);
  await applyMigrations(session, migrationsBefore("20261127000000_a_key_of_its_own"));
  await pglite.exec(`
    INSERT INTO "User" (id, "updatedAt") VALUES ('anna', now());
    INSERT INTO "Account" (id, "userId", type, provider, "providerAccountId", environment, member, "updatedAt") VALUES
      ('site', 'anna', 'oauth', 'olx-otodom', 'production:anna', 'production', '{}', now()),
      ('sandbox', 'anna', 'oauth', 'immoscout24', 'sandbox:anna', 'sandbox', '{}', now()),
      ('board', 'anna', 'oauth', 'mlsconnect-federia', 'ql4Jgm', 'production', '{}', now()),
      ('odd', 'anna', 'oauth', 'mlsconnect-cote', 'production:other', 'production', '{}', now());
    INSERT INTO "AuditEvent" (action, outcome, "requestId") VALUES ('retire', 'revoked', 'r'), ('revoke', 'revoked', 'r');
  `);
  expect(await applyMigrations(session, MIGRATIONS)).toContain("20261127000000_a_key_of_its_own");
  const links = await pglite.query(`SELECT id, "providerAccountId" AS key FROM "Account"`);
  expect(
    Object.fromEntries(
      (links.rows as { id: string; key: string }[]).map(({ id, key }) => [id, key]),
    ),
  ).toEqual({
    site: "production:site",
    sandbox: "sandbox:sandbox",
    board: "ql4Jgm",
    odd: "production:other",
  });
  const events = await pglite.query(`SELECT action FROM "AuditEvent" ORDER BY id`);
  expect(events.rows).toEqual([{ action: "revoke_unused" }, { action: "revoke" }]);
});

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { sessionOver } from "./bridge";
import { lockFile } from "./lock";
import { applyMigrations } from "./migrations";

const MIGRATIONS = resolve("prisma/migrations");
const TEMPLATES = resolve("node_modules/.cache/portico");
const TEMPLATE_MS = 60_000;

/** For tests: PostgreSQL's files after the migrations. They take seconds to make, and are kept until either changes. */
export async function memoryTemplate() {
  await mkdir(TEMPLATES, { recursive: true });
  const name = `${await fingerprint()}.tar`;
  const release = await lockFile(join(TEMPLATES, "lock"), { waitMs: TEMPLATE_MS });
  try {
    const kept = await readdir(TEMPLATES);
    if (!kept.includes(name)) await makeTemplate(name, kept);
  } finally {
    release();
  }
  return new Blob([await readFile(join(TEMPLATES, name))]);
}

async function makeTemplate(name: string, outdated: string[]) {
  const pglite = await PGlite.create("memory://");
  await applyMigrations(sessionOver(pglite), MIGRATIONS);
  const dump = await pglite.dumpDataDir("none");
  await pglite.close();
  for (const file of outdated.filter((one) => one.endsWith(".tar")))
    await rm(join(TEMPLATES, file));
  await writeFile(join(TEMPLATES, "unfinished"), new Uint8Array(await dump.arrayBuffer()));
  await rename(join(TEMPLATES, "unfinished"), join(TEMPLATES, name));
}

async function fingerprint() {
  const folders = (await readdir(MIGRATIONS, { withFileTypes: true })).filter((e) =>
    e.isDirectory(),
  );
  const files = [
    resolve("node_modules/@electric-sql/pglite/package.json"),
    ...folders.map(({ name }) => join(MIGRATIONS, name, "migration.sql")).sort(),
  ];
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(await readFile(file));
  return hash.digest("hex").slice(0, 16);
}

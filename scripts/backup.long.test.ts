import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL, postgresBinaries } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";

/** The commands of docs/operate.md for backups, run as they are written there. */

const part =
  readFileSync("docs/operate.md", "utf8").split("\n## Backups\n")[1]?.split("\n## ")[0] ?? "";
const blocks = [...part.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, commands = ""]) => commands);
const [packing, unpacking, dumping, restoring] = blocks;

function folder() {
  const path = mkdtempSync(join(tmpdir(), "portico-backup-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** Runs a block of the page in a folder; the server that the page names is the one of the test. */
function run(block: string | undefined, cwd: string, server = "") {
  const commands = (block ?? "exit 1").replaceAll("postgresql://portico@localhost:5432", server);
  const path = `${postgresBinaries()}:${process.env.PATH}`;
  execFileSync("sh", ["-ec", commands], {
    cwd,
    env: { ...process.env, PATH: path },
    stdio: "pipe",
  });
}

async function names(location: Parameters<typeof openDatabase>[0]) {
  const { client, close } = await openDatabase(location);
  const users = await client.user.findMany({ orderBy: { name: "asc" } });
  await close();
  return users.map(({ name }) => name);
}

async function add(location: Parameters<typeof openDatabase>[0], name: string) {
  const { client, close } = await openDatabase(location);
  await client.user.create({ data: { name } });
  await client.auditEvent.create({ data: { action: "test", outcome: "ok", requestId: name } });
  await close();
}

test("the page has a block to back up and one to restore, for each database", () => {
  expect(blocks).toHaveLength(4);
});

test("the embedded database comes back from its copy", async () => {
  const place = folder();
  const location = { url: null, directory: join(place, ".data/database") };
  await add(location, "Anna");
  run(packing, place);
  await add(location, "Claire");
  expect(await names(location)).toEqual(["Anna", "Claire"]);
  run(unpacking, place);
  expect(await names(location)).toEqual(["Anna"]);
  await add(location, "Josiane");
});

test("PostgreSQL comes back from its dump, while the app was running", async (context) => {
  const server = await postgresServer();
  if (!server) return context.skip(NO_POSTGRESQL);
  onTestFinished(() => server.stop());
  const place = folder();
  const location = { url: await server.create("portico"), directory: "" };
  const running = await openDatabase(location);
  onTestFinished(() => running.close());
  await add(location, "Anna");
  const address = server.url("").slice(0, -1);
  run(dumping, place, address);
  await add(location, "Claire");
  run(restoring, place, address);
  const restored = { url: server.url("portico_restored"), directory: "" };
  expect(await names(restored)).toEqual(["Anna"]);
  await add(restored, "Josiane");
  expect(await names(restored)).toEqual(["Anna", "Josiane"]);
});

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { NO_POSTGRESQL } from "../../lib/db/postgres-binaries.mjs";
import { postgresServer } from "../../lib/db/testing";
import { startSimulator } from "../simulator/server";
import { deploymentsFrom, LONG_NAME } from "./apps";
import { endChildren, root, startChild } from "./children";
import { tenPorts } from "./ports";
import { startApp } from "./production-app";

/**
 * Starts a simulator and every app of the production build, once for each worker of Playwright, and says the first port
 * of each set when all are ready.
 */

type Deployments = ReturnType<typeof deploymentsFrom>;

function startNaiveApp({ naive, simulator }: Deployments, folder: string) {
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: "production" as const,
    PORT: String(naive.port),
    SIMULATOR: simulator.portals,
  };
  const command = [process.execPath, "--import", "tsx", "e2e/support/naive-app.ts"];
  startChild(command, env, join(folder, "app-naive.log"));
}

/** Where the apps keep what they know, when it is a server: `E2E_DATABASE=postgresql` asks for one of our own. */
const postgres = process.env.E2E_DATABASE === "postgresql" ? await postgresServer() : null;
if (process.env.E2E_DATABASE === "postgresql" && !postgres) throw new Error(NO_POSTGRESQL);

/** Resolves to the first port of the set, when all of it is ready. */
async function startSet() {
  const first = await tenPorts();
  const set = deploymentsFrom(first);
  const folder = join(root, set.folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const origins = Object.values(set.apps).map(({ settings }) => settings.AUTH_URL ?? "");
  const appOrigins = [...origins, set.naive.url, set.spare.url];
  await startSimulator({ port: set.simulator.port, appOrigins });
  startNaiveApp(set, folder);
  const starts = Object.entries(set.apps).map(async ([name, app]) => {
    const DATABASE_URL = await postgres?.create(`${name}-${app.port}`);
    await startApp(name, app, {
      folder,
      serviceKey: name === "main",
      ...(name === "main" && { crm: { url: set.crm.url, isBesideAnother: true } }),
      ...(name === "shared" && { crm: { url: set.crm.url, name: LONG_NAME } }),
      ...(DATABASE_URL && { storage: { DATABASE_URL } }),
    });
  });
  await Promise.all(starts);
  return first;
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, async () => {
    await endChildren();
    await postgres?.stop();
    process.exit(0);
  });
}

const sets = Array.from({ length: Number(process.argv[2]) }, startSet);
const firsts = (await Promise.all(sets)).join(" ");
process.stdout.write(`Ready, with ten ports each from ${firsts}.\n`);

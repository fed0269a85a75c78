import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { startSimulator } from "../simulator/server";
import { type App, deploymentsFrom } from "./apps";
import { nextStart, WITHOUT_ENV_FILES } from "./next-start";
import { tenPorts } from "./ports";

/**
 * Starts a simulator and every app of the production build, once for each worker of Playwright, and says the first port
 * of each set when all are ready.
 */

const root = resolve(import.meta.dirname, "../..");
const children: ChildProcess[] = [];

type Deployments = ReturnType<typeof deploymentsFrom>;

/** All that an app and its commands know of the world. */
function environmentOf(database: string, { settings }: App) {
  const { PATH, HOME } = process.env;
  return {
    PATH,
    HOME,
    NODE_ENV: "production" as const,
    AUTH_SECRET: randomBytes(32).toString("base64"),
    TOKEN_KEYS: `k1:${randomBytes(32).toString("base64")}`,
    DATABASE_DIRECTORY: database,
    ...settings,
  };
}

/** A key for the API, made as an operator makes it, while no other process has the database open. */
async function makeServiceKey(file: string, env: NodeJS.ProcessEnv) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...WITHOUT_ENV_FILES,
      ...["--conditions=react-server", "--import", "tsx"],
      ...["scripts/keys.ts", "create", "--name", "crm"],
    ],
    { cwd: root, env },
  );
  writeFileSync(file, stdout.trim(), { mode: 0o600 });
}

/** @param folder of the set that the app belongs to */
async function startApp(name: string, app: App, folder: string) {
  const env = environmentOf(join(folder, `database-${name}`), app);
  if (name === "main") await makeServiceKey(join(folder, "service-key"), env);
  const log = join(folder, `app-${name}.log`);
  const output = openSync(log, "w");
  const stdio = ["ignore" as const, output, output];
  const child = spawn(process.execPath, nextStart(app.port), { cwd: root, stdio, env });
  children.push(child);
  while (child.exitCode === null) {
    const answer = await fetch(`http://localhost:${app.port}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`The app "${name}" did not start: see ${log}`);
}

function startNaiveApp({ naive, simulator }: Deployments, folder: string) {
  const output = openSync(join(folder, "app-naive.log"), "w");
  children.push(
    spawn(process.execPath, ["--import", "tsx", "e2e/support/naive-app.ts"], {
      cwd: root,
      stdio: ["ignore", output, output],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: "production",
        PORT: String(naive.port),
        SIMULATOR: simulator.portals,
      },
    }),
  );
}

/** Resolves to the first port of the set, when all of it is ready. */
async function startSet() {
  const first = await tenPorts();
  const set = deploymentsFrom(first);
  const folder = join(root, set.folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const origins = Object.values(set.apps).map(({ settings }) => settings.AUTH_URL ?? "");
  await startSimulator({ port: set.simulator.port, appOrigins: [...origins, set.naive.url] });
  startNaiveApp(set, folder);
  await Promise.all(Object.entries(set.apps).map(([name, app]) => startApp(name, app, folder)));
  return first;
}

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, async () => {
    const ended = children.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of children) child.kill("SIGTERM");
    await Promise.race([Promise.all(ended), sleep(10_000)]);
    process.exit(0);
  });
}

const sets = Array.from({ length: Number(process.argv[2]) }, startSet);
const firsts = (await Promise.all(sets)).join(" ");
process.stdout.write(`Ready, with ten ports each from ${firsts}.\n`);

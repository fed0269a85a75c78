import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { startSimulator } from "../simulator/server";
import { type App, apps, naive, simulator } from "./apps";
import { SERVICE_KEY } from "./back-end";

/** Starts the simulator and every app of the production build, and says on an address of its own when all are ready. */

const root = resolve(import.meta.dirname, "../..");
const results = join(root, "test-results");
const children: ChildProcess[] = [];

/** Keeps the developer's own settings, which Next and the commands read from .env files, from what is started with it. */
const WITHOUT_ENV_FILES = ["--import", "./scripts/without-env-files.mjs"];

/** All that an app and its commands know of the world. */
function environmentOf(name: string, { settings }: App) {
  const { PATH, HOME } = process.env;
  return {
    PATH,
    HOME,
    NODE_ENV: "production" as const,
    AUTH_SECRET: randomBytes(32).toString("base64"),
    TOKEN_KEYS: `k1:${randomBytes(32).toString("base64")}`,
    DATABASE_DIRECTORY: join(results, `database-${name}`),
    ...settings,
  };
}

/** A key for the API, made as an operator makes it, while nobody else has the database open. */
async function makeServiceKey(env: NodeJS.ProcessEnv) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...WITHOUT_ENV_FILES,
      ...["--conditions=react-server", "--import", "tsx"],
      ...["scripts/keys.ts", "create", "--name", "crm"],
    ],
    { cwd: root, env },
  );
  writeFileSync(join(root, SERVICE_KEY), stdout.trim(), { mode: 0o600 });
}

async function startApp(name: string, app: App) {
  const { port } = app;
  const env = environmentOf(name, app);
  rmSync(env.DATABASE_DIRECTORY, { recursive: true, force: true });
  if (app === apps.main) await makeServiceKey(env);
  const output = openSync(join(results, `app-${name}.log`), "w");
  const child = spawn(
    process.execPath,
    [
      ...WITHOUT_ENV_FILES,
      ...["node_modules/next/dist/bin/next", "start", "-H", "localhost", "-p", String(port)],
    ],
    { cwd: root, stdio: ["ignore", output, output], env },
  );
  children.push(child);
  return untilReady(name, port, child);
}

function startNaiveApp() {
  const output = openSync(join(results, "app-naive.log"), "w");
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

async function untilReady(name: string, port: number, child: ChildProcess) {
  while (child.exitCode === null) {
    const answer = await fetch(`http://localhost:${port}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`The app "${name}" did not start: see test-results/app-${name}.log`);
}

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

mkdirSync(results, { recursive: true });
const origins = Object.values(apps).map(({ settings }) => settings.AUTH_URL ?? "");
await startSimulator({ port: simulator.port, appOrigins: [...origins, naive.url] });
startNaiveApp();
await Promise.all(Object.entries(apps).map(([name, app]) => startApp(name, app)));

createServer((_request, response) => response.end("ready")).listen(
  Number(new URL(simulator.url).port),
  "localhost",
);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, async () => {
    const ended = children.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of children) child.kill("SIGTERM");
    await Promise.race([Promise.all(ended), sleep(10_000)]);
    process.exit(0);
  });
}

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Production builds of Next apps, each process on a free port. */

export const root = resolve(import.meta.dirname, "..");

/** The Next app of those beside whom we are measured. */
export const peersApp = join(root, "bench/peers");

const next = join(root, "node_modules/next/dist/bin/next");
const inside = ["--import", join(import.meta.dirname, "inside.mjs")];
const beforeNext = ["--import", join(root, "lib/process/server/before-next.mjs")]; // not before a peer's
const children = new Set();

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

const built = new Set();

/** Once, however many parts want it. */
export function build(folder) {
  if (built.has(folder)) return;
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const { status, stdout } = spawnSync(process.execPath, [next, "build", folder], {
    cwd: folder,
    env,
  });
  if (status !== 0) throw new Error(`${folder} does not build:\n${stdout}`);
  built.add(folder);
}

/** Theirs, with the database client that Auth.js is given. */
export function buildPeers() {
  if (built.has(peersApp)) return;
  const prisma = join(root, "node_modules/prisma/build/index.js");
  const schema = join(peersApp, "prisma/schema.prisma");
  const { status, stderr } = spawnSync(process.execPath, [prisma, "generate", "--schema", schema], {
    cwd: root,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
  });
  if (status !== 0) throw new Error(`Their database client was not made:\n${stderr}`);
  build(peersApp);
}

export function startApps(folder, settings, processes = 1) {
  return Promise.all(Array.from({ length: processes }, () => startApp(folder, settings)));
}

export function stopApps(apps) {
  return Promise.all(apps.map(({ stop }) => stop()));
}

async function startApp(folder, settings) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const apiPort = await freePort();
  const ours = folder === root ? { API_PORT: String(apiPort), API_HOST: "localhost" } : {};
  const child = spawn(
    process.execPath,
    [
      ...inside,
      ...(folder === root ? beforeNext : []),
      next,
      "start",
      folder,
      "-H",
      "localhost",
      "-p",
      String(port),
    ],
    {
      cwd: folder,
      env: { ...process.env, NODE_ENV: "production", ...settings, ...ours, AUTH_URL: url },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    },
  );
  children.add(child);
  while (!(await fetch(url).catch(() => null))) {
    if (child.exitCode !== null) throw new Error(`${folder} did not start`);
    await sleep(100);
  }
  const stop = async (signal) => {
    const ended = child.exitCode ?? child.signalCode ?? once(child, "exit");
    child.kill(signal);
    await ended;
    children.delete(child);
  };
  const died = once(child, "exit").then(() => {
    throw new Error(`${folder} has ended`);
  });
  died.catch(() => null); // as it should, at the end
  const ask = async (question) => {
    const answer = once(child, "message");
    child.send(question);
    return (await Promise.race([answer, died]))[0];
  };
  return {
    url,
    pid: child.pid,
    /** One question of `inside.mjs` at a time. */
    ask,
    /** Where the API is without Next; ours only. */
    apiUrl: `http://localhost:${apiPort}`,
    /** How long its process has computed so far, in seconds, by all its threads. */
    async computed() {
      const { user, system } = await ask("computed");
      return (user + system) / 1e6;
    },
    stop: () => stop("SIGKILL"),
    end: () => stop("SIGTERM"),
  };
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "localhost", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { StepError } from "./step.mjs";

/** What is loaded before Next's server, wherever it is started. */
export const BEFORE_NEXT = ["--import", "./lib/process/server/before-next.mjs"];

/** What is loaded before another server, so that it goes on when what it prints is not read. */
export const GUARD_OUTPUT = ["--import", "./scripts/guard-output.mjs"];

/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();

/**
 * Starts a Node program that goes on running; it ends when this process does.
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, output?: "inherit" | "ignore" }} [options]
 */
export function startNode(args, { env = {}, output = "inherit" } = {}) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
    stdio: ["ignore", output, output],
  });
  children.add(child);
  child.on("exit", () => children.delete(child));
  return child;
}

let stopping = false;

/** Ends what was started, waits until it is gone, and ends this process with it. */
export async function stopAll(code = 0) {
  if (stopping) return;
  stopping = true;
  const ended = [...children].map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of children) child.kill("SIGTERM");
  await Promise.race([Promise.all(ended), sleep(10_000)]);
  for (const child of children) child.kill("SIGKILL");
  process.exit(code);
}

// The parent may be killed without telling us: npm is, and a terminal that closes.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && void stopAll(), 500).unref();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => void stopAll());

/**
 * Resolves when an address answers 200; says why not when its process ends or a minute has passed.
 * @param {string | URL} url
 * @param {import("node:child_process").ChildProcess} child
 * @param {string} name
 */
export async function untilReady(url, child, name) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100)) {
    if (child.exitCode !== null || child.signalCode) throw new StepError(`${name} did not start.`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
  }
  throw new StepError(`${name} did not answer within a minute.`);
}

/**
 * Refuses a port that another program listens on, before anything is started.
 * @param {string} port
 * @param {string} name of the setting that moves it
 */
export async function checkPort(port, name) {
  const codes = await Promise.all(["127.0.0.1", "::1"].map((host) => listenError(port, host)));
  if (codes.includes("EADDRINUSE")) {
    throw new StepError(
      `Port ${port} is in use: end what listens there, or give ${name} another in .env.`,
    );
  }
  if (codes.includes("EACCES")) {
    throw new StepError(
      `Port ${port} is not for everybody to listen on: give ${name} one from 1024 in .env.`,
    );
  }
}

/**
 * The code of the error with which listening fails; a machine need not have both addresses.
 * @param {string} port
 * @param {string} host
 * @returns {Promise<string>}
 */
function listenError(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error) => resolve("code" in error ? String(error.code) : ""));
    probe.listen(Number(port), host, () => probe.close(() => resolve("")));
  });
}

import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The processes that tests need, all of which end when this process does. */

/** The project's folder, in which they run. */
export const root = resolve(import.meta.dirname, "../..");

const children = new Set<ChildProcess>();

/** @param log the file that takes what it prints */
export function startChild(command: string[], env: NodeJS.ProcessEnv, log: string): ChildProcess {
  const [program = "", ...args] = command;
  const output = openSync(log, "w");
  const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", output, output] });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/** Asks every one of them to end, and waits until they have. */
export async function endChildren() {
  const ended = [...children].map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of children) child.kill("SIGTERM");
  await Promise.race([Promise.all(ended), sleep(10_000)]);
}

/**
 * Resolves when an address answers 2xx.
 * @throws when the child ends before that
 */
export async function untilReady(url: string, child: ChildProcess, log: string) {
  while (child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`It did not start: see ${log}`);
}

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

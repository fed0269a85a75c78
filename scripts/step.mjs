import { spawn } from "node:child_process";

/** @typedef {{ env?: Record<string, string | undefined>, seen?: boolean, otherwise?: string }} RunOptions */

/** A step that failed, in one sentence; what the tool printed stands above it. */
export class StepError extends Error {}

/**
 * Says what is under way and how long it took. A step that has nothing to do says so too.
 * @param {string} title
 * @param {() => Promise<string | void> | string | void} run
 */
export async function step(title, run) {
  const began = Date.now();
  console.log(`… ${title}`);
  const said = await run();
  console.log(
    `✓ ${title}${said ? `: ${said}` : ""} (${((Date.now() - began) / 1000).toFixed(1)} s)`,
  );
}

/**
 * Runs a program to its end and shows what it prints only when it fails, unless it is to be seen.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} options
 * @returns {Promise<void>}
 */
export function run(command, args, { env = {}, seen = false, otherwise } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
      stdio: ["ignore", seen ? "inherit" : "pipe", seen ? "inherit" : "pipe"],
    });
    let printed = "";
    child.stdout?.on("data", (chunk) => (printed += chunk));
    child.stderr?.on("data", (chunk) => (printed += chunk));
    child.on("error", () => reject(new StepError(otherwise ?? `${command} could not be started.`)));
    child.on("close", (code) => {
      if (code === 0) return resolve(undefined);
      if (!seen) console.error(printed.trimEnd());
      reject(new StepError(otherwise ?? `${command} ${args.join(" ")} failed.`));
    });
  });
}

/**
 * Runs a Node program by its file: no shell and no `npx`, whose child would outlive it.
 * @param {string} file
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export function runNode(file, args, options) {
  return run(process.execPath, [file, ...args], options);
}

/**
 * Ends a command with the one sentence that says why.
 * @param {unknown} error
 * @returns {never}
 */
export function fail(error) {
  if (!(error instanceof StepError)) throw error;
  console.error(`✗ ${error.message}`);
  process.exit(1);
}

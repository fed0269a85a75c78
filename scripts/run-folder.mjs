import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StepError } from "./step.mjs";

/** The folder that a run of the tests writes into. */

const FOLDER = "test-results";
const RUNNING = join(FOLDER, "running");

/** Empties it. Two runs at once are no trouble on one machine, but in one folder they would write the same files. */
export function beginRun() {
  mkdirSync(FOLDER, { recursive: true });
  const pid = existsSync(RUNNING) ? Number(readFileSync(RUNNING, "utf8")) : 0;
  if (pid && isRunning(pid)) {
    throw new StepError(
      `Tests run in this folder already, as process ${pid}: wait for them, or remove ${RUNNING} if that is another program.`,
    );
  }
  writeFileSync(RUNNING, String(process.pid));
  for (const name of readdirSync(FOLDER).map((name) => join(FOLDER, name))) {
    if (name !== RUNNING) rmSync(name, { recursive: true, force: true });
  }
}

export function endRun() {
  rmSync(RUNNING, { force: true });
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"; // it is there, and not ours
  }
}

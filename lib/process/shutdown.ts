import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { everythingWritten } from "@/lib/accounts/clients/write-behind";
import { refreshesDone } from "@/lib/accounts/refresh/refresh";
import { stopRetentionClock } from "@/lib/accounts/retention/clock";
import { stopWatch } from "@/lib/accounts/watch/clock";
import { closeApi } from "@/lib/api/port";
import { backgroundDone } from "./background";
import { log, traceOf } from "./log";
import { tracing } from "./spans";

/** From the signal on. A refresh may take its portal's 25 seconds, and a moment to be written. */
const PATIENCE_MS = 28_500;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type Signal = keyof typeof EXIT_CODES;

/**
 * At a signal Next lets the requests under way finish and calls `process.exit`. A refresh outlives the request that began
 * it when its caller hangs up, and what the portal has issued then exists nowhere else. So from the signal on, exiting
 * waits until that is written, and the process ends when its time is over, whether Next has got there or not.
 */
export function writeBeforeExit() {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      postponeExit(signal);
      if (process.listenerCount(signal) === 0) process.exit(EXIT_CODES[signal]); // no other listener will
    });
  }
}

let postponed = false;

function postponeExit(signal: Signal) {
  if (postponed) return;
  postponed = true;
  const apiClosed = closeApi();
  stopRetentionClock();
  stopWatch();
  const exit = process.exit.bind(process);
  const deadline = sleep(PATIENCE_MS);
  void deadline.then(() => exit(EXIT_CODES[signal]));
  const exitWhenWritten = (code?: Parameters<typeof process.exit>[0]) => {
    void Promise.race([apiClosed.then(written), deadline]).finally(() => exit(code));
  };
  process.exit = exitWhenWritten as typeof process.exit;
}

async function written() {
  try {
    await Promise.all([refreshesDone().then(everythingWritten), backgroundDone()]);
    await tracing().flush();
  } catch (error) {
    log("error", "shutdown.not_written", traceOf(error));
  }
}

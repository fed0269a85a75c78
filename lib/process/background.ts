import { setTimeout as sleep } from "node:timers/promises";
import { log, traceOf } from "./log";
import { processWide } from "./process-wide";

/** Work that goes on when those who began it have been answered. The end of the process waits for it. */
const underWay = processWide("background", () => new Set<Promise<void>>());

/** Goes on with this behind the answer. A failure is logged. */
export function inBackground(work: Promise<unknown>): void {
  const done = work
    .then(
      () => {},
      (error) => log("error", "background.failed", traceOf(error)),
    )
    .finally(() => underWay().delete(done));
  underWay().add(done);
}

/** Waits for work, but no longer than this; the rest of it goes on in the background. */
export async function waitAtMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  inBackground(work);
  await Promise.race([work, sleep(milliseconds, undefined, { ref: false })]);
}

/** Resolves when nothing of this process is under way behind an answer. */
export async function backgroundDone(): Promise<void> {
  while (underWay().size > 0) await Promise.all(underWay());
}

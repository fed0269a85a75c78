import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { log, traceOf } from "@/lib/process/log";
import { processWide } from "@/lib/process/process-wide";
import { readFigures } from "./figures";
import type { Figures } from "./shape";

/** For so long what was read is good enough for the next who asks, in milliseconds. */
const GOOD_MS = 5_000;

type Read = { figures: Figures; begunAt: number };

/** Null: it failed. */
type Reading = { outcome: Promise<Read | null>; until: number };

const shared = processWide("figures", () => ({
  reading: null as Reading | null,
  /** What the last reading that has ended gave. */
  last: null as Read | null,
}));

/** Age: how long ago their reading began, in seconds. */
export type AgedFigures = { figures: Figures; age: number };

/**
 * As `readFigures`, for many who ask often: those who ask together, or soon after each other, ask the database once. One who has
 * waited long enough gets what the last reading gave; the one under way goes on, and the next who asks has it.
 * @param patience in milliseconds
 * @returns null where the last reading failed, or none has ended yet
 */
export async function sharedFigures(patience: number): Promise<AgedFigures | null> {
  const waited = sleep(patience, null, { ref: false }).then(() => shared().last);
  const read = await Promise.race([reading().outcome, waited]);
  return read && { figures: read.figures, age: (performance.now() - read.begunAt) / 1000 };
}

/** The one under way, or one that is still good; otherwise a new one. */
function reading(): Reading {
  const { reading: known } = shared();
  if (known && performance.now() < known.until) return known;
  const begun: Reading = { outcome: read(), until: Number.POSITIVE_INFINITY };
  shared().reading = begun;
  void begun.outcome.then((given) => {
    shared().last = given;
    begun.until = given ? performance.now() + GOOD_MS : 0;
  });
  return begun;
}

async function read(): Promise<Read | null> {
  const begunAt = performance.now();
  try {
    return { figures: await readFigures(), begunAt };
  } catch (error) {
    log("error", "metrics.not_read", traceOf(error));
    return null;
  }
}

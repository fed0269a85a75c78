import "server-only";
import { processWide } from "@/lib/process/process-wide";
import { readFigures } from "./figures";
import type { Figures } from "./shape";

/** For so long what was read is good enough for whoever asks next, in milliseconds. */
const GOOD_MS = 5_000;

type Reading = { figures: Promise<Figures>; until: number };

const shared = processWide("figures", () => ({ last: null as Reading | null }));

/** As `readFigures`, for many who ask often: those who ask together, or soon after each other, ask the database once. */
export function sharedFigures(): Promise<Figures> {
  const { last } = shared();
  if (last && performance.now() < last.until) return last.figures;
  const reading: Reading = { figures: readFigures(), until: Number.POSITIVE_INFINITY };
  shared().last = reading;
  reading.figures.then(
    () => {
      reading.until = performance.now() + GOOD_MS;
    },
    () => {
      reading.until = 0;
    },
  );
  return reading.figures;
}

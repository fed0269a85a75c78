import "server-only";
import { processWide } from "@/lib/process/process-wide";

/** Calls that wait for something to happen, in this process. */

/** So many of one service key. Another is answered at once: a caller whose connection broke is not kept out by its own last call. */
const AT_ONCE = 2;

/** How often a call that waits looks. */
const EVERY_MS = 1_000;

const waiting = processWide("calls that wait", () => ({
  byKey: new Map<string, number>(),
  /** Each ends one pause. */
  wakes: new Set<() => void>(),
  isOver: false,
}));

type Wait = { key: string; seconds: number; signal: AbortSignal | null };

/**
 * Looks, and again once a second until there is something or the time is over; it ends sooner when the caller hangs up or the
 * process is to end. What a look throws is thrown on.
 * @returns what the last look found
 */
export async function waitFor<T>(
  { key, seconds, signal }: Wait,
  look: () => Promise<T>,
  isEnough: (found: T) => boolean,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  let found = await look();
  const { byKey } = waiting();
  const others = byKey.get(key) ?? 0;
  if (others >= AT_ONCE) return found;
  byKey.set(key, others + 1);
  try {
    while (!isEnough(found) && !waiting().isOver && !signal?.aborted) {
      const left = deadline - performance.now();
      if (left <= 0) break;
      await pause(Math.min(EVERY_MS, left), signal);
      found = await look();
    }
    return found;
  } finally {
    leave(key);
  }
}

/** For the end of the process: all who wait are answered now. */
export function endWaiting(): void {
  waiting().isOver = true;
  for (const wake of waiting().wakes) wake();
}

function leave(key: string) {
  const { byKey } = waiting();
  const left = (byKey.get(key) ?? 1) - 1;
  if (left > 0) byKey.set(key, left);
  else byKey.delete(key);
}

function pause(milliseconds: number, signal: AbortSignal | null): Promise<void> {
  const { wakes } = waiting();
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      wakes.delete(wake);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    wakes.add(wake);
    signal?.addEventListener("abort", wake);
  });
}

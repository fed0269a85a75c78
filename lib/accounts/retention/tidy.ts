import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { type Rule, rules } from "./rules";

/** So many rows in one statement: what is under way beside it does not notice. */
const BATCH = 1_000;

export type TidyOptions = {
  /** Ends it after the batch that is under way. */
  signal?: AbortSignal;
  /** Called after each batch, with all that its rule has removed so far. */
  onBatch?: (rule: Rule, removed: number) => unknown;
  /** Between two batches, in milliseconds. */
  pauseMs?: number;
  batch?: number;
};

/** How many rows of each kind were removed, in the order of the rules. */
export type Tidied = { what: string; removed: number }[];

/**
 * Removes what need not be kept any longer, in small batches. Any number of processes may do so at once: a row that one of them
 * is removing is left out by the others. Interrupted, it has done what it has done.
 */
export async function tidy(options: TidyOptions = {}): Promise<Tidied> {
  const { signal, onBatch, pauseMs = 0, batch = BATCH } = options;
  const tidied: Tidied = [];
  for (const rule of rules) {
    const row = { what: rule.what, removed: 0 };
    tidied.push(row);
    const next = rule.begin(batch);
    while (!signal?.aborted) {
      const removed = await next();
      if (removed === null) break;
      row.removed += removed;
      await onBatch?.(rule, row.removed);
      await sleep(pauseMs);
    }
  }
  return tidied;
}

import { processWide } from "@/lib/process/process-wide";

/** Something for a component of the browser: itself, or where it lies while the page's document is made. */
export type HandedOver<Value> = { value: Value } | { at: string };

const laid = processWide("handed-over", () => new Map<string, unknown>());

/**
 * Lays something down, for as long as `hand-over.ts` lets it lie.
 * @param at of its own in the whole process
 */
export function layDown(at: string, value: unknown): void {
  laid().set(at, value);
}

export function takeAway(at: string): void {
  laid().delete(at);
}

/** What was handed over; null in a browser, which has only the markup of it, and where no one waits for the document any more. */
export function received<Value>(handed: HandedOver<Value>): Value | null {
  if ("value" in handed) return handed.value;
  return (laid().get(handed.at) as Value | undefined) ?? null;
}

import { processWide } from "@/lib/process/process-wide";
import { isDatabaseTrouble } from "./trouble";

/** When this process last found the database away. Other processes may not be able to write either. */
const absence = processWide("database-absence", () => ({ seenAt: Number.NEGATIVE_INFINITY }));

/** Runs something, and remembers when the database was not there for it. */
export async function noticingAbsence<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isDatabaseTrouble(error)) noteAbsence();
    throw error;
  }
}

/** To be told when the database is not there. */
export function noteAbsence(): void {
  absence().seenAt = performance.now();
}

/** Whether it was away a moment ago. */
export function wasAway(seconds: number): boolean {
  return performance.now() - absence().seenAt < seconds * 1000;
}

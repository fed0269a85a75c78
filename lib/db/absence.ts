import { processWide } from "@/lib/process/process-wide";
import { isDatabaseTrouble } from "./trouble";

/** After so long without an answer a process cannot say that the database was there all the time. */
const SILENCE_MS = 5_000;

/** What this process knows of its database: when it last found it away, when it last had an answer, and since when without a break. */
const contact = processWide("database-contact", () => ({
  awayAt: Number.NEGATIVE_INFINITY,
  answeredAt: Number.NEGATIVE_INFINITY,
  inTouchSince: Number.POSITIVE_INFINITY,
}));

/** Runs something, and remembers whether the database was there for it: other processes may not be able to write either. */
export async function noticingAbsence<T>(run: () => Promise<T>): Promise<T> {
  try {
    const result = await run();
    noteAnswer();
    return result;
  } catch (error) {
    if (isDatabaseTrouble(error)) noteAbsence();
    throw error;
  }
}

/** To be told when the database is not there. */
export function noteAbsence(): void {
  contact().awayAt = performance.now();
}

function noteAnswer() {
  const known = contact();
  const now = performance.now();
  if (!(now - known.answeredAt <= SILENCE_MS)) known.inTouchSince = now;
  known.answeredAt = now;
}

/** Whether it was away a moment ago. */
export function wasAway(seconds: number): boolean {
  return performance.now() - contact().awayAt < seconds * 1000;
}

/** Whether it has answered for so long without a break. Of a process that has just begun, or had nothing to ask, nothing is known. */
export function wasThere(seconds: number): boolean {
  const { answeredAt, inTouchSince } = contact();
  const now = performance.now();
  return now - answeredAt <= SILENCE_MS && now - inTouchSince >= seconds * 1000;
}

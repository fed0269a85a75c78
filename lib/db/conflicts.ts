import { setTimeout as sleep } from "node:timers/promises";
import { backOffSeconds } from "@/lib/process/back-off";
import { Prisma } from "./generated/client";
import { isConflict } from "./trouble";

/** Whether a write failed because another transaction had already written the same (Prisma's P2002). */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
}

/** Whether another transaction was faster: it has written the same, or removed what was to be changed (Prisma's P2025). */
export function wasOvertaken(error: unknown): boolean {
  const isGone = error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2025";
  return isGone || isUniqueViolation(error);
}

const TRIES = 6;

/** In seconds; not the same for the two that stood in each other's way. */
const PAUSE = { first: 0.02, factor: 2, longest: 1 };

/**
 * Runs a statement or a whole transaction, and again when the server has undone it for the sake of another. Only then is it known
 * that nothing of it has happened: one whose answer is lost is not run again.
 */
export async function retryingConflicts<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isConflict(error) || tries === TRIES) throw error;
      await sleep(backOffSeconds(PAUSE, tries) * 1000);
    }
  }
}

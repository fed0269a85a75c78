import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { backOffSeconds } from "@/lib/process/back-off";

/** Between two tries to write something while the database is away, in seconds. */
const PAUSE = { first: 0.2, factor: 2, longest: 2 };

/** Waits before the next try. */
export async function pauseAfter(failures: number): Promise<void> {
  await sleep(backOffSeconds(PAUSE, failures) * 1000);
}

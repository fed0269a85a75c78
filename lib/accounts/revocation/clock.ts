import "server-only";
import { inBackground } from "@/lib/process/background";
import { processWide } from "@/lib/process/process-wide";
import { retryDue } from "./revocations";

/** How often what waits for portals is tried when nothing else happens here. */
const EVERY_MS = 5 * 60_000;

/** At a time, until there are no more. */
const BATCH = 50;

const clock = processWide("revocation-clock", () => ({
  timer: null as NodeJS.Timeout | null,
  running: false,
}));

/**
 * Tries waiting revocations from now on, also where no one comes by and no cron runs: tokens are given back or destroyed within
 * the promised week. Any number of processes may do so; a claim settles who asks.
 */
export function startRevocationClock(everyMs = EVERY_MS): void {
  clock().timer ??= setInterval(() => inBackground(tick()), everyMs).unref();
}

/** For tests: in the app its timer keeps no process alive. */
export function stopRevocationClock(): void {
  if (clock().timer) clearInterval(clock().timer ?? undefined);
  clock().timer = null;
}

async function tick() {
  if (clock().running) return; // the last time goes on: there are many
  clock().running = true;
  try {
    await retryAllDue();
  } finally {
    clock().running = false;
  }
}

/** Tries everything that is due. A try that comes to nothing is put off, so this ends. @returns how many were tried */
export async function retryAllDue(): Promise<number> {
  let tried = 0;
  for (;;) {
    const batch = await retryDue(BATCH);
    tried += batch;
    if (batch < BATCH) return tried;
  }
}

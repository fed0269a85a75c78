import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { inBackground } from "@/lib/process/background";
import { processWide } from "@/lib/process/process-wide";
import { endDueSessions } from "../connect/ends";
import { dropOldImports } from "../imports/spent";
import { settleLostCodes } from "../revocation/lost-codes";
import { BATCH, lookAtDue } from "./look";

/** How often each process looks whether a link's time has come. That costs nothing while none has. */
const EVERY_MS = 60_000;

/** Between two batches, since the app has other things to do. */
const PAUSE_MS = 50;

const clock = processWide("watch-clock", () => ({
  timer: null as NodeJS.Timeout | null,
  running: null as AbortController | null,
}));

/** Tells from now on what time does to links. */
export function startWatch(everyMs = EVERY_MS): void {
  clock().timer ??= setInterval(() => inBackground(tick()), everyMs).unref();
}

/** For the end of the process: no more batches after the one that is under way. */
export function stopWatch(): void {
  if (clock().timer) clearInterval(clock().timer ?? undefined);
  clock().timer = null;
  clock().running?.abort();
}

async function tick() {
  if (clock().running) return; // the last time goes on: there are many
  const running = new AbortController();
  clock().running = running;
  try {
    const passes = [
      repeat(running.signal, async () => (await lookAtDue()) === BATCH),
      repeat(running.signal, async () => (await endDueSessions()) > 0),
      repeat(running.signal, async () => (await settleLostCodes()) > 0),
      repeat(running.signal, async () => (await dropOldImports()) > 0),
    ];
    await Promise.all(passes); // a portal that is slow keeps no other from its turn
  } finally {
    clock().running = null;
  }
}

async function repeat(end: AbortSignal, batch: () => Promise<boolean>) {
  while (!end.aborted && (await batch())) await sleep(PAUSE_MS);
}

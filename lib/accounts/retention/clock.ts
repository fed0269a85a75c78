import "server-only";
import { inBackground } from "@/lib/process/background";
import { log } from "@/lib/process/log";
import { processWide } from "@/lib/process/process-wide";
import { tidy } from "./tidy";
import { keepTurn, takeTurn } from "./turn";

/** How often each process tries; one of all does it. */
const EVERY_MS = 5 * 60_000;

/** Between two batches, since the app has other things to do. */
const PAUSE_MS = 50;

const clock = processWide("retention-clock", () => ({
  timer: null as NodeJS.Timeout | null,
  running: null as AbortController | null,
}));

/** Removes what is not kept any longer, from now on. */
export function startRetentionClock(everyMs = EVERY_MS): void {
  clock().timer ??= setInterval(() => inBackground(tick()), everyMs).unref();
}

/** For the end of the process: no more batches after the one that is under way. */
export function stopRetentionClock(): void {
  if (clock().timer) clearInterval(clock().timer ?? undefined);
  clock().timer = null;
  clock().running?.abort();
}

async function tick() {
  if (clock().running || !(await takeTurn())) return;
  const running = new AbortController();
  clock().running = running;
  try {
    const tidied = await tidy({ signal: running.signal, pauseMs: PAUSE_MS, onBatch: keepTurn });
    const rows = tidied.reduce((sum, { removed }) => sum + removed, 0);
    if (rows > 0) log("info", "retention.removed", { rows });
  } finally {
    clock().running = null;
  }
}

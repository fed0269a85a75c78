import "server-only";
import { retryDue } from "@/lib/accounts/revocation/revocations";
import { afterAnswer } from "@/lib/process/after-answer";
import { processWide } from "@/lib/process/process-wide";

const EVERY_MS = 10_000;

const last = processWide("retries", () => ({ at: Number.NEGATIVE_INFINITY }));

/** When someone comes by, tries what waits for portals, sooner than by its clock; now and then, not for each of many. */
export function retryInPassing(): void {
  if (performance.now() < last().at + EVERY_MS) return;
  last().at = performance.now();
  afterAnswer(retryDue);
}

import "server-only";
import { after } from "next/server";
import { inBackground } from "./background";

/**
 * Does something when the answer to this request has been sent; at once where there is no request. Next would wait for it
 * without end when it stops, so it is told nothing of it: `writeBeforeExit` waits, for as long as for all else.
 */
export function afterAnswer(work: () => Promise<unknown>): void {
  const begin = () => inBackground(work());
  try {
    after(begin);
  } catch {
    begin(); // `after` throws outside a request
  }
}

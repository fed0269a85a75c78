import "server-only";
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** How fast one portal is asked: so many turns a second in all, and none while it rests. */
export class Pace {
  private nextAt = Date.now();
  private restUntil = 0;
  private readonly between: number;
  private readonly end: AbortSignal;

  /** @param end from then on a turn comes at once */
  constructor(perSecond: number, end: AbortSignal) {
    this.between = 1000 / perSecond;
    this.end = end;
    setMaxListeners(0, end); // all that wait for a turn listen to it
  }

  /** Takes a turn. One that falls into a rest is taken again after it. */
  async turn(): Promise<void> {
    do {
      if (this.end.aborted) return;
      const at = Math.max(this.nextAt, this.restUntil, Date.now());
      this.nextAt = at + this.between;
      await this.until(at);
    } while (Date.now() < this.restUntil);
  }

  /** For a turn in which nothing was asked. */
  giveBack(): void {
    this.nextAt -= this.between;
  }

  rest(seconds: number): void {
    this.restUntil = Math.max(this.restUntil, Date.now() + seconds * 1000);
  }

  private async until(at: number) {
    const pause = sleep(at - Date.now(), undefined, { signal: this.end });
    await pause.catch((error: unknown) => {
      if (!this.end.aborted) throw error;
    });
  }
}

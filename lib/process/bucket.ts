/** How much may be asked: so many requests at once, and so many a second that come back. */
export type Rate = { perSecond: number; burst: number };

/** A token bucket. It is full at first, so that a burst passes. */
export class Bucket {
  readonly rate: Rate;
  private tokens: number;
  private at: number;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(rate: Rate, now: number) {
    this.rate = rate;
    this.tokens = rate.burst;
    this.at = now;
  }

  /**
   * Takes one token.
   * @returns whether there was one, after how many seconds there is one if not, and how many are left
   */
  take(now: number): { allowed: boolean; retryAfter: number; left: number } {
    const { perSecond, burst } = this.rate;
    const returned = ((now - this.at) / 1000) * perSecond;
    this.tokens = Math.min(burst, this.tokens + Math.max(0, returned));
    this.at = now;
    const allowed = this.tokens >= 1;
    if (allowed) this.tokens -= 1;
    const retryAfter = Math.ceil(Math.max(0, 1 - this.tokens) / perSecond);
    return { allowed, retryAfter, left: this.tokens };
  }
}

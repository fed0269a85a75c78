import "server-only";
import { processWide } from "@/lib/process/process-wide";

/** How much may be asked: so many requests at once, and so many a second that come back. */
export type Rate = { perSecond: number; burst: number };

/** A token bucket. It is full at first, so that a burst passes. */
export class Bucket {
  private tokens: number;
  private at: number;
  private readonly rate: Rate;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(rate: Rate, now: number) {
    this.rate = rate;
    this.tokens = rate.burst;
    this.at = now;
  }

  /** Takes one token, or says after how many seconds there is one. */
  take(now: number): { allowed: boolean; retryAfter: number; headers: Record<string, string> } {
    const { perSecond, burst } = this.rate;
    const returned = ((now - this.at) / 1000) * perSecond;
    this.tokens = Math.min(burst, this.tokens + Math.max(0, returned));
    this.at = now;
    const allowed = this.tokens >= 1;
    if (allowed) this.tokens -= 1;
    return {
      allowed,
      retryAfter: Math.ceil(Math.max(0, 1 - this.tokens) / perSecond),
      headers: this.headers(),
    };
  }

  /** draft-ietf-httpapi-ratelimit-headers-10: the quota of a window in which it comes back whole, and what is left of it. */
  private headers() {
    const { perSecond, burst } = this.rate;
    const left = Math.floor(this.tokens);
    const full = Math.ceil((burst - this.tokens) / perSecond);
    return {
      "ratelimit-policy": `"requests";q=${burst};w=${Math.ceil(burst / perSecond)}`,
      ratelimit: `"requests";r=${left};t=${full}`,
    };
  }
}

const buckets = processWide("rate limits", () => new Map<string, Bucket>());

/** The bucket of a service key in this process. */
export function bucketOf(keyId: string, rate: Rate, now: number): Bucket {
  const known = buckets().get(keyId);
  if (known) return known;
  const bucket = new Bucket(rate, now);
  buckets().set(keyId, bucket);
  return bucket;
}

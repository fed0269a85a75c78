import "server-only";
import { Bucket, type Rate } from "@/lib/process/bucket";
import { processWide } from "@/lib/process/process-wide";

const buckets = processWide("rate limits", () => new Map<string, Bucket>());

type Taken = { allowed: boolean; retryAfter: number; headers: Record<string, string> };

/**
 * Counts a request of a service key in this process.
 * @param now milliseconds of a clock that only goes forward
 * @returns whether it may be answered, after how many seconds the next may be if not, and what the answer says of it
 */
export function takeFor(keyId: string, rate: Rate, now: number): Taken {
  const bucket = buckets().get(keyId) ?? new Bucket(rate, now);
  buckets().set(keyId, bucket);
  const { left, ...taken } = bucket.take(now);
  return { ...taken, headers: rateHeaders(rate, left) };
}

/** draft-ietf-httpapi-ratelimit-headers-10: the quota of a window in which it comes back whole, and what is left of it. */
function rateHeaders({ perSecond, burst }: Rate, left: number) {
  const full = Math.ceil((burst - left) / perSecond);
  return {
    "ratelimit-policy": `"requests";q=${burst};w=${Math.ceil(burst / perSecond)}`,
    ratelimit: `"requests";r=${Math.floor(left)};t=${full}`,
  };
}

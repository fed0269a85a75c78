import { BoundedMap } from "./bounded-map";
import { Bucket, type Rate } from "./bucket";
import { TooManyRequests } from "./too-many-requests";

const MOST_NAMES = 10_000;

/** A token bucket for each name. */
export class Buckets {
  readonly #rate: Rate;
  readonly #buckets = new BoundedMap<Bucket>(MOST_NAMES);

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /**
   * Takes one token of this name.
   * @param now milliseconds of a clock that only goes forward
   * @throws {TooManyRequests} when there is none
   */
  take(name: string, now: number): void {
    const bucket = this.#buckets.get(name) ?? new Bucket(this.#rate, now);
    this.#buckets.set(name, bucket);
    const { allowed, retryAfter } = bucket.take(now);
    if (!allowed) throw new TooManyRequests(retryAfter);
  }
}

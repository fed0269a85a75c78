import { BoundedMap } from "./bounded-map";
import { Bucket, type Rate } from "./bucket";
import { TooManyRequests } from "./too-many-requests";

const MOST_NAMES = 10_000;

/** How long what was not found is believed to be missing. */
const MISSING_MS = 10_000;

/**
 * Looks up in the database what outsiders can invent, such as the cookie of a session. What this process has found before is
 * always looked up. What it has not found is not looked up again for ten seconds. Of all else so many are looked up a second.
 */
export class Lookups {
  readonly #unknown: Bucket;
  readonly #found = new BoundedMap<true>(MOST_NAMES);
  readonly #missing = new BoundedMap<number>(MOST_NAMES);

  /** @param now milliseconds of a clock that only goes forward */
  constructor(rate: Rate, now: number) {
    this.#unknown = new Bucket(rate, now);
  }

  /**
   * @param name never the secret itself, but its hash
   * @param read one query
   * @param now milliseconds of a clock that only goes forward
   * @returns what `read` finds; null when it finds nothing
   * @throws {TooManyRequests} when too many unknown names come
   */
  async find<Found>(
    name: string,
    read: () => Promise<Found | null>,
    now: number,
  ): Promise<Found | null> {
    const missingUntil = this.#missing.get(name);
    if (missingUntil !== undefined && now < missingUntil) return null;
    if (!this.#found.get(name)) {
      const { allowed, retryAfter } = this.#unknown.take(now);
      if (!allowed) throw new TooManyRequests(retryAfter);
    }
    const found = await read();
    if (found === null) {
      this.#found.delete(name);
      this.#missing.set(name, now + MISSING_MS);
    } else {
      this.#found.set(name, true);
    }
    return found;
  }
}

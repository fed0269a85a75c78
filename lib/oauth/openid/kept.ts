/** After this long something is asked for again, whether or not anything failed. */
const MAX_AGE_MS = 60 * 60 * 1000;

/** While asking fails, the last good answer is used; no longer than this. */
const MAX_STALE_MS = 24 * 60 * 60 * 1000;

/** How often it may be asked again for a reason: after a failure, or in doubt. */
const PAUSE_MS = 10_000;

/** Something that another side says of itself, kept for an hour. Who asks while it is being asked shares the answer. */
export class Kept<T> {
  readonly #ask: () => Promise<T>;
  #good: { value: T; since: number } | null = null;
  #asking: Promise<T> | null = null;
  #askedAt = 0;
  #renewedAt = 0;
  #doubted = false;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** What is known, asked for if it is not, or is due. @throws what asking throws, when nothing good is known */
  async get(): Promise<T> {
    if (this.#good && !this.#isDue()) return this.#good.value;
    try {
      return await this.#asked();
    } catch (error) {
      const { value, since } = this.#good ?? { since: 0 };
      if (value === undefined || Date.now() > since + MAX_STALE_MS) throw error;
      return value;
    }
  }

  /** As it is at this moment, but not asked for all the time. @throws what asking throws */
  renewed(): Promise<T> {
    if (this.#good && Date.now() < this.#renewedAt + PAUSE_MS) return this.get();
    this.#renewedAt = Date.now();
    return this.#asked();
  }

  /** Something that rests on it has failed: it may have changed, and is asked for again before it is used much longer. */
  doubt(): void {
    this.#doubted = true;
  }

  #isDue() {
    const old = this.#good && Date.now() >= this.#good.since + MAX_AGE_MS;
    return (old || this.#doubted) && Date.now() >= this.#askedAt + PAUSE_MS;
  }

  #asked(): Promise<T> {
    this.#asking ??= this.#askNow().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #askNow() {
    this.#askedAt = Date.now();
    const value = await this.#ask();
    this.#good = { value, since: Date.now() };
    this.#doubted = false;
    return value;
  }
}

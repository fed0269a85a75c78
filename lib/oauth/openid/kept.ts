/** After this long something is asked for again, whether or not anything failed. */
const MAX_AGE_MS = 60 * 60 * 1000;

/** While asking fails, the last good answer is used; no longer than this. */
const MAX_STALE_MS = 24 * 60 * 60 * 1000;

/** How soon after the last time it is asked again after a failure, or in doubt. */
const PAUSE_MS = 10_000;

/** How often in a minute it may be asked for as it is at that moment: signatures that fit nothing are no reason without end. */
const RENEWALS = { most: 30, withinMs: 60_000 };

/** How often in a minute asking may fail while nothing good is known; then the last failure stands for a while. */
const FAILURES = { most: 30, withinMs: 60_000 };

/** Something that another side says of itself, kept for an hour. Who asks while it is being asked shares the answer. */
export class Kept<T> {
  readonly #ask: () => Promise<T>;
  #good: { value: T; since: number } | null = null;
  #asking: Promise<T> | null = null;
  #askedAt = 0;
  #renewals: number[] = [];
  #failures: { at: number; error: unknown }[] = [];
  #doubted = false;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** What is known, asked for if it is not, or is due. @throws what asking throws, when nothing good is known */
  async get(): Promise<T> {
    if (this.#good && !this.#isDue()) return this.#good.value;
    if (!this.#good) this.#throwIfFailing();
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
    const now = Date.now();
    this.#renewals = this.#renewals.filter((each) => now < each + RENEWALS.withinMs);
    if (this.#good && this.#renewals.length >= RENEWALS.most) return this.get();
    this.#renewals.push(now);
    return this.#asked();
  }

  /** Something that rests on it has failed: it may have changed, and is asked for again before it is used much longer. */
  doubt(): void {
    this.#doubted = true;
  }

  #throwIfFailing() {
    const now = Date.now();
    this.#failures = this.#failures.filter(({ at }) => now < at + FAILURES.withinMs);
    const last = this.#failures.at(-1);
    if (last && this.#failures.length >= FAILURES.most) throw last.error;
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
    try {
      const value = await this.#ask();
      this.#good = { value, since: Date.now() };
      this.#doubted = false;
      return value;
    } catch (error) {
      if (!this.#good) this.#failures.push({ at: Date.now(), error });
      throw error;
    }
  }
}

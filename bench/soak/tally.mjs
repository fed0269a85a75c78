import { setTimeout as sleep } from "node:timers/promises";
import { quantiles } from "../load.mjs";

/** A request that has not been answered by then has failed. */
const PATIENCE_MS = 30_000;

/** Visits that may be under way at once: with more the machine cannot keep up. */
const MOST_AT_ONCE = 500;

/** How long requests took, by their kind, and what went wrong. */
export class Tally {
  #times = new Map();
  #errors = {};

  /** @param due when it was due, where it is the first of a visit: what waits to be sent counts */
  async timed(kind, work, due = performance.now()) {
    const waiting = new AbortController();
    const tooLate = sleep(PATIENCE_MS, null, { signal: waiting.signal }).then(() => {
      throw new Error(`no answer in ${PATIENCE_MS / 1000} s`);
    });
    tooLate.catch(() => null); // it was answered
    try {
      const answer = await Promise.race([work(), tooLate]);
      if (!this.#times.has(kind)) this.#times.set(kind, []);
      this.#times.get(kind).push(performance.now() - due);
      return answer;
    } catch (error) {
      this.failed(kind, error.message);
      throw new Stopped();
    } finally {
      waiting.abort();
    }
  }

  failed(kind, why, count = 1) {
    const name = `${kind}: ${withoutIds(why)}`;
    this.#errors[name] = (this.#errors[name] ?? 0) + count;
  }

  get errors() {
    return this.#errors;
  }

  /** Each kind with how many were answered, and milliseconds. */
  get kinds() {
    const kinds = [...this.#times.keys()].sort();
    return kinds.map((kind) => {
      const times = this.#times.get(kind);
      return { kind, count: times.length, ...quantiles(times) };
    });
  }
}

/** So that equal errors are counted as one. */
function withoutIds(text) {
  return text.replaceAll(/reference=\w+|[\w-]{20,}/g, "…");
}

/** A visit goes no further after an error, which is counted already. */
class Stopped extends Error {}

/**
 * Visits at a steady rate, whether those before have ended or not. Resolves when all have.
 * @param kinds `{ kind, perSecond, visit }`; a visit is given its number and when it was due
 */
export async function steadily(kinds, { seconds, tally }) {
  const began = performance.now();
  let underWay = 0;
  const one = async ({ kind, visit }, n, due) => {
    if (underWay >= MOST_AT_ONCE) return tally.failed(kind, "too many others were under way");
    underWay += 1;
    try {
      await visit(n, due);
    } catch (error) {
      if (!(error instanceof Stopped)) tally.failed(kind, error.message);
    }
    underWay -= 1;
  };
  const all = kinds.map(async (each) => {
    const visits = new Set();
    for (let n = 0; n < seconds * each.perSecond; n += 1) {
      const due = began + ((n + 0.5) * 1000) / each.perSecond;
      await sleep(Math.max(0, due - performance.now()));
      const visit = one(each, n, due);
      visits.add(visit);
      visit.finally(() => visits.delete(visit));
    }
    await Promise.all(visits);
  });
  await Promise.all(all);
}

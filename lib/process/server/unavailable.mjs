import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What Next's answers cannot say by themselves.
 *
 * Next answers every error that nothing has caught with 500. When it was the database's trouble, which passes, the answer has to say
 * so: a proxy, a browser and a probe do another thing then. What is told of the error stays the same.
 *
 * A page whose `notFound` is thrown has an empty body until a script runs. One that says by itself that there is nothing at its
 * address cannot give the status that belongs to that.
 * @typedef {{ unavailable: boolean, absent: boolean }} Known
 */

const KEY = Symbol.for("portico.answering");

/** For the whole process, because the build has a copy of this module of its own. */
const shared = /** @type {{ [KEY]?: AsyncLocalStorage<Known> }} */ (globalThis);
shared[KEY] ??= new AsyncLocalStorage();
const requests = shared[KEY];

/** After so many seconds it is worth another try. */
export const RETRY_AFTER = "2";

/**
 * Has a request answered. An answer of 500 becomes one of 503, if what stood in its way passes, and a page one of 404, if there is
 * nothing to show.
 * @param {import("node:http").ServerResponse} answer
 * @param {() => void} run
 */
export function answering(answer, run) {
  const known = { unavailable: false, absent: false };
  const { writeHead } = answer;
  answer.writeHead = /** @type {typeof writeHead} */ (
    /** @type {(status: number, ...rest: unknown[]) => unknown} */ (
      (status, ...rest) => {
        const passes = known.unavailable && status === 500;
        if (passes) answer.setHeader("retry-after", RETRY_AFTER);
        const absent = known.absent && status === 200;
        return Reflect.apply(writeHead, answer, [passes ? 503 : absent ? 404 : status, ...rest]);
      }
    )
  );
  requests.run(known, run);
}

/** Remembers, of the request that is being answered, that what stands in its way passes. */
export function markUnavailable() {
  const known = requests.getStore();
  if (known) known.unavailable = true;
}

/** Remembers, of the request that is being answered, that there is nothing at its address. */
export function markAbsent() {
  const known = requests.getStore();
  if (known) known.absent = true;
}

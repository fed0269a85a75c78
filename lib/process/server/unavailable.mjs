import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Next answers every error that nothing has caught with 500. When it was the database's trouble, which passes, the answer has to say
 * so: a proxy, a browser and a probe do another thing then. What is told of the error stays the same.
 * @typedef {{ unavailable: boolean }} Known
 */

const KEY = Symbol.for("portico.answering");

/** For the whole process, because the build has a copy of this module of its own. */
const shared = /** @type {{ [KEY]?: AsyncLocalStorage<Known> }} */ (globalThis);
shared[KEY] ??= new AsyncLocalStorage();
const requests = shared[KEY];

/** After so many seconds it is worth another try. */
export const RETRY_AFTER = "2";

/**
 * Has a request answered. An answer of 500 becomes one of 503, if what stood in its way passes.
 * @param {import("node:http").ServerResponse} answer
 * @param {() => void} run
 */
export function answering(answer, run) {
  const known = { unavailable: false };
  const { writeHead } = answer;
  answer.writeHead = /** @type {typeof writeHead} */ (
    /** @type {(status: number, ...rest: unknown[]) => unknown} */ (
      (status, ...rest) => {
        const passes = known.unavailable && status === 500;
        if (passes) answer.setHeader("retry-after", RETRY_AFTER);
        return Reflect.apply(writeHead, answer, [passes ? 503 : status, ...rest]);
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

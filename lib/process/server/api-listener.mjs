/**
 * Calls of the API are answered before Next sees them, where a listener for them is there: Next would more than double what a call costs.
 * @typedef {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => void} Listener
 */

const KEY = Symbol.for("portico.api-listener");

/** For the whole process, because the build has a copy of this module of its own. */
const shared = /** @type {{ [KEY]?: Listener }} */ (globalThis);

/** @param {Listener} listener from here on for every call of the API */
export function answerApiBy(listener) {
  shared[KEY] = listener;
}

/** @param {string} target in the origin form */
export function isApiCall(target) {
  return /^\/api\/v1(\/|\?|$)/.test(target);
}

/** @param {import("node:http").Server} server that has its listener for everything else already */
export function answerApiFirst(server) {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const listener = isApiCall(request.url ?? "") ? shared[KEY] : null;
    if (listener) return listener(request, response);
    for (const each of listeners) Reflect.apply(each, server, [request, response]);
  });
}

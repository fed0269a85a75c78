/**
 * Next listens before the app can answer, and lets what comes wait: behind a proxy, an instance that starts would hold up its share of all requests, for as long as
 * a migration takes. So the port is taken once the start is complete.
 */

const KEY = Symbol.for("portico.started");

/** For the whole process, because the build has a copy of this module of its own. */
const shared = /** @type {{ [KEY]?: { isStarted: boolean, waiting: Set<() => void> } }} */ (
  globalThis
);

function start() {
  shared[KEY] ??= { isStarted: false, waiting: new Set() };
  return shared[KEY];
}

/** From here on requests can be answered. */
export function markStarted() {
  const { waiting } = start();
  start().isStarted = true;
  for (const listen of waiting) listen();
  waiting.clear();
}

/**
 * What asks this server to listen is told at once that it does; it does once the start is complete. A server that is told to close before has nothing to close.
 * @param {import("node:http").Server} server
 */
export function listenOnceStarted(server) {
  const { listen, close } = server;
  /** @type {(() => void) | null} */
  let later = null;

  server.listen = /** @type {typeof listen} */ (
    (/** @type {unknown[]} */ ...args) => {
      const { isStarted, waiting } = start();
      if (isStarted) return Reflect.apply(listen, server, args);
      later = () => {
        later = null;
        Reflect.apply(listen, server, args);
      };
      waiting.add(later);
      setImmediate(() => {
        server.emit("listening");
        server.removeAllListeners("listening"); // they have been told
      });
      return server;
    }
  );

  server.close = (done) => {
    if (!later) return Reflect.apply(close, server, [done]);
    start().waiting.delete(later);
    later = null;
    done?.();
    return server;
  };
}

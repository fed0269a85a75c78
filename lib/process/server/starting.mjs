import { connect } from "node:net";

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
  const state = start();
  state.isStarted = true;
  for (const listen of state.waiting) listen();
  state.waiting.clear();
}

/**
 * What asks this server to listen is told at once that it does; it does once the start is complete. A port at which another program answers is an error
 * before anything is started. A server that is told to close before has nothing to close.
 * @param {import("node:http").Server} server
 */
export function listenOnceStarted(server) {
  const { listen, close } = server;
  /** @type {(() => void) | null} */
  let later = null;

  const tellListeners = () => {
    if (!later) return;
    server.emit("listening");
    server.removeAllListeners("listening"); // they have been told
  };

  server.listen = /** @type {typeof listen} */ (
    (/** @type {unknown[]} */ ...args) => {
      const { isStarted, waiting } = start();
      if (isStarted) return Reflect.apply(listen, server, args);
      later = () => {
        later = null;
        Reflect.apply(listen, server, args);
      };
      waiting.add(later);
      const [port, host] = args;
      ifFree({ port: Number(port), host: typeof host === "string" ? host : "localhost" }).then(
        tellListeners,
        (error) => server.emit("error", error),
      );
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

/** An address at which nothing is said within so long is not another program's. */
const ANSWERED_MS = 1_000;

/**
 * Asks whether another program answers at a place, at the one address of its host that `listen` would take. What else may keep a port from us shows when it is
 * taken. To take it for a moment would be simpler, and would lose what a proxy sends in that moment.
 * @param {{ port: number, host: string }} place
 * @returns {Promise<void>} rejects as `listen` fails, where another program answers there
 */
function ifFree({ port, host }) {
  return new Promise((resolve, reject) => {
    if (!(port > 0 && port < 65_536)) return resolve();
    const socket = connect({ port, host, autoSelectFamily: false, timeout: ANSWERED_MS });
    socket.once("timeout", () => {
      socket.destroy();
      resolve();
    });
    socket.once("connect", () => {
      socket.destroy();
      const message = `listen EADDRINUSE: address already in use ${host}:${port}`;
      reject(Object.assign(new Error(message), { code: "EADDRINUSE", syscall: "listen", port }));
    });
    socket.once("error", () => resolve());
  });
}

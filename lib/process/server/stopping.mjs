/** How long a client may take to send the head of a request, and all of it. */
const HEAD_MS = 15_000;
const REQUEST_MS = 30_000;

/** How long a connection may rest between two requests: longer than a proxy keeps one, or its next request meets a connection that is gone. */
const RESTING_MS = 75_000;

/** How often it is looked at whether one takes longer. */
const LOOK_MS = 5_000;

/**
 * Once a server stops: how long what has not arrived in full is waited for, and how long what has not been answered in full.
 * Between the two, a request that asks a portal has the 25 seconds that a portal has, and a moment.
 */
const UNFINISHED_MS = 1_000;
const UNANSWERED_MS = 27_000;

/**
 * No client keeps this server from stopping: from `close` on each answer is the last of its connection, and connections that
 * take too long are ended. Node by itself looks at no time-out any more once a server is told to close, and ends resting connections at
 * once, on which a proxy may just be sending a request.
 * @param {import("node:http").Server} server that does not listen yet
 */
export function stopInTime(server) {
  Object.assign(server, {
    headersTimeout: HEAD_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: LOOK_MS,
  });
  server.once("listening", () => {
    server.keepAliveTimeout = RESTING_MS; // only now: Next may have set another, which a variable names
  });
  /** @type {Map<import("node:net").Socket, import("node:http").ServerResponse | null>} */
  const connections = new Map();
  let stopping = false;

  server.on("connection", (socket) => {
    connections.set(socket, null);
    socket.once("close", () => connections.delete(socket));
  });

  server.prependListener("request", ({ socket }, response) => {
    connections.set(socket, response);
    if (stopping) makeLast(response);
    response.once("close", () => {
      if (connections.get(socket) !== response) return; // the next request came before this was answered
      connections.set(socket, null);
      if (!stopping) return;
      if (response.getHeader("connection") === "close") socket.end();
      else setTimeout(() => endIfResting(socket), UNFINISHED_MS).unref(); // its client may be sending another request
    });
  });

  /** @param {import("node:net").Socket} socket */
  const endIfResting = (socket) => {
    if (connections.get(socket) === null) socket.destroy();
  };

  /** @param {(response: import("node:http").ServerResponse | null) => boolean} isMeant */
  const end = (isMeant) => {
    for (const [socket, response] of connections) if (isMeant(response)) socket.destroy();
  };

  const { close } = server;
  let isClosing = false;
  server.close = (callback) => {
    if (!isClosing) setTimeout(() => end(() => true), UNANSWERED_MS).unref(); // from now on, however long the rest takes
    isClosing = true;
    afterArrivals(() => {
      if (!stopping) stop();
      Reflect.apply(close, server, [callback]);
    });
    return server;
  };

  const stop = () => {
    stopping = true;
    server.closeIdleConnections = () => {};
    for (const response of connections.values()) if (response) makeLast(response);
    const endUnfinished = () => end((response) => !response?.req.complete);
    setTimeout(() => afterArrivals(endUnfinished), UNFINISHED_MS).unref();
  };
}

/** What comes during so short a turn of the event loop is next to nothing; and how long one is waited for. */
const SHORT_TURN_MS = 0.2;
const SHORT_TURN_WITHIN_MS = 3_000;

/**
 * Does something when what has come meanwhile has been taken: connections and requests wait in the system while this process computes, and
 * their senders would get an error. A turn of the event loop takes them, and what comes during that turn is taken in the next. So it is done after a short one.
 * @param {() => void} work
 */
function afterArrivals(work) {
  const latest = performance.now() + SHORT_TURN_WITHIN_MS;
  /** @param {number} before */
  const afterTurn = (before) =>
    setImmediate(() => {
      const now = performance.now();
      if (now - before < SHORT_TURN_MS || now > latest) work();
      else afterTurn(now);
    });
  setImmediate(() => afterTurn(performance.now()));
}

/** @param {import("node:http").ServerResponse} response */
function makeLast(response) {
  if (!response.headersSent) response.setHeader("Connection", "close");
}

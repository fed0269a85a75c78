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
    keepAliveTimeout: RESTING_MS,
    connectionsCheckingInterval: LOOK_MS,
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
      if (stopping) socket.end();
    });
  });

  /** @param {(response: import("node:http").ServerResponse | null) => boolean} isMeant */
  const end = (isMeant) => {
    for (const [socket, response] of connections) if (isMeant(response)) socket.destroy();
  };

  const { close } = server;
  server.close = (callback) => {
    if (!stopping) {
      stopping = true;
      server.closeIdleConnections = () => {};
      for (const response of connections.values()) if (response) makeLast(response);
      setTimeout(() => end((response) => !response?.req.complete), UNFINISHED_MS).unref();
      setTimeout(() => end(() => true), UNANSWERED_MS).unref();
    }
    return Reflect.apply(close, server, [callback]);
  };
}

/** @param {import("node:http").ServerResponse} response */
function makeLast(response) {
  if (!response.headersSent) response.setHeader("Connection", "close");
}

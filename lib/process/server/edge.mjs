import http from "node:http";
import { securityHeaders } from "./security-headers.mjs";

/**
 * The edge: what is done with a request before its server's own listener sees it. A server of our own around Next's would be
 * simpler, but a standalone build starts Next's.
 */
export function guardServers() {
  const { createServer } = http;
  http.createServer = /** @type {typeof createServer} */ (
    (...args) => guarded(Reflect.apply(createServer, http, args))
  );
}

/**
 * @param {http.Server} server
 * @returns the same server
 */
export function guarded(server) {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    for (const { key, value } of securityHeaders) response.setHeader(key, value);
    for (const listener of listeners) Reflect.apply(listener, server, [request, response]);
  });
  return server;
}

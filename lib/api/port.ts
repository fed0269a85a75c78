import "server-only";
import { Server } from "node:http";
import { settings } from "@/lib/env";
import { log } from "@/lib/process/log";
import { processWide } from "@/lib/process/process-wide";
import { answerApiBy } from "@/lib/process/server/api-listener.mjs";
import { guardServer } from "@/lib/process/server/edge.mjs";
import { answer, answerPublicly } from "./answer";
import { type ApiRequest, addressOf } from "./exchange";
import { listenerFor } from "./http";
import { METRICS_PATH, metrics, processMetrics } from "./metrics/metrics";
import { endWaiting } from "./waiting";

const apiPort = processWide("api-port", () => ({ server: null as Server | null }));

/**
 * From here on calls of the API are answered without Next: at the public address, and on a port of their own where `API_PORT`
 * names one, with `/metrics`, which is nowhere else.
 * @throws Error of `listen`, such as `EADDRINUSE`
 */
export async function listenForApi(): Promise<void> {
  answerApiBy(listenerFor(answerPublicly));
  const { port, host } = settings().api;
  if (port === null) return;
  const server = guardServer(new Server(listenerFor(answerOnPort)));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  processMetrics();
  apiPort().server = server;
  log("info", "api.listening", { host, port });
}

/** The port is the operator's own, and so are the metrics. */
function answerOnPort(request: ApiRequest) {
  return addressOf(request).pathname === METRICS_PATH ? metrics(request) : answer(request);
}

/** The API's own port takes no more requests; resolves when those under way have been answered. None waits any longer. */
export function closeApi(): Promise<void> {
  endWaiting();
  const { server } = apiPort();
  if (!server) return Promise.resolve();
  return new Promise((resolve) => server.close(() => resolve()));
}

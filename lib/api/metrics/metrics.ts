import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { collectDefaultMetrics, Registry } from "@prometheus-io/client";
import type { Figures } from "@/lib/accounts/figures/shape";
import { sharedFigures } from "@/lib/accounts/figures/shared-figures";
import { poolUnder } from "@/lib/db/client";
import { database } from "@/lib/db/database";
import { counters } from "@/lib/process/counters";
import { log, traceOf } from "@/lib/process/log";
import { processWide } from "@/lib/process/process-wide";
import type { ApiRequest, ApiResponse } from "../exchange";
import { otherMethod } from "../refusals";
import { addFigures, addGauge } from "./figure-gauges";

/**
 * `GET /metrics`, in the text format of Prometheus, on the API's own port alone. Whoever reaches that port may read it, without
 * a service key: it has sums alone, and a key would have to lie where the scraper's configuration is, and opens more than that.
 */

export const METRICS_PATH = "/metrics";

/** So long a scrape waits for the database, in milliseconds; a scraper waits for ten seconds unless it is told. */
const PATIENCE_MS = 4_000;

/** Of the process: event loop, memory, garbage collection. They are measured from the first call on. */
export const processMetrics = processWide("process-metrics", () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
});

/** Also while the database is away: then without what only it knows. */
export async function metrics(request: ApiRequest): Promise<ApiResponse> {
  if (request.method !== "GET") return otherMethod(request, ["GET"]);
  const gauges = new Registry();
  const figures = await figuresInTime();
  addGauge(
    gauges,
    "portico_figures_read",
    "Whether the database has given the figures of this scrape.",
    [[{}, figures === null ? 0 : 1]],
  );
  if (figures) addFigures(gauges, figures);
  await addPool(gauges);
  const registries = [counters().registry, gauges, processMetrics()];
  const texts = await Promise.all(registries.map((each) => each.metrics()));
  return {
    status: 200,
    headers: { "content-type": gauges.contentType, "cache-control": "no-store" },
    body: texts.join("\n"),
  };
}

/** What takes longer goes on: the next scrape has it. */
async function figuresInTime(): Promise<Figures | null> {
  try {
    const figures = sharedFigures();
    figures.catch(() => null); // also when it fails after that
    return await Promise.race([figures, sleep(PATIENCE_MS, null, { ref: false })]);
  } catch (error) {
    log("error", "metrics.not_read", traceOf(error));
    return null;
  }
}

/** The connections of this process: without a question to the database, which the start has opened. */
async function addPool(registry: Registry) {
  const pool = poolUnder(await database());
  const { totalCount: total, idleCount: idle, waitingCount: waiting, options } = pool;
  addGauge(
    registry,
    "portico_database_connections",
    "Connections of this process to its database.",
    [
      [{ state: "busy" }, total - idle],
      [{ state: "idle" }, idle],
    ],
  );
  addGauge(registry, "portico_database_connections_max", "How many it may have.", [
    [{}, options.max],
  ]);
  addGauge(
    registry,
    "portico_database_waiting",
    "Requests of this process that wait for a connection.",
    [[{}, waiting]],
  );
}

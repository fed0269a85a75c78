import "server-only";
import { collectDefaultMetrics, Registry } from "@prometheus-io/client";
import { sharedFigures } from "@/lib/accounts/figures/shared-figures";
import { poolUnder } from "@/lib/db/client";
import { database } from "@/lib/db/database";
import { counters } from "@/lib/process/counters";
import { processWide } from "@/lib/process/process-wide";
import type { ApiRequest, ApiResponse } from "../exchange";
import { otherMethod } from "../refusals";
import { addFigures, addGauge } from "./figure-gauges";

/**
 * `GET /metrics`, in the text format of Prometheus, on the API's own port alone. All who reach that port may read it, without
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

/** Also while the database is away: then without what only it knows. While it is slow, with what it said the time before. */
export async function metrics(request: ApiRequest): Promise<ApiResponse> {
  if (request.method !== "GET") return otherMethod(request, ["GET"]);
  const gauges = new Registry();
  const read = await sharedFigures(PATIENCE_MS);
  addGauge(
    gauges,
    "portico_figures_read",
    "1 while the last reading of the deployment's figures succeeded; 0 after one that failed, or before the first has ended.",
    [[{}, read === null ? 0 : 1]],
  );
  if (read) {
    addGauge(
      gauges,
      "portico_figures_age_seconds",
      "How long ago the reading of the deployment's figures began.",
      [[{}, read.age]],
    );
    addFigures(gauges, read.figures);
  }
  await addPool(gauges);
  const registries = [counters().registry, gauges, processMetrics()];
  const texts = await Promise.all(registries.map((each) => each.metrics()));
  return {
    status: 200,
    headers: { "content-type": gauges.contentType, "cache-control": "no-store" },
    body: texts.join("\n"),
  };
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

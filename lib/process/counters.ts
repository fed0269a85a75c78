import { Counter, Histogram, Registry } from "@prometheus-io/client";
import { processWide } from "./process-wide";

/**
 * What this process has done since it began, for `/metrics`. Labels are words of closed lists and ids that an operator has chosen:
 * never a person, a link or a token.
 */
export const counters = processWide("counters", () => {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    vends: new Counter({
      name: "portico_vends_total",
      help: "Credentials that back ends have asked for, by connection and what came of it.",
      labelNames: ["connection", "outcome"],
      registers,
    }),
    refreshes: new Counter({
      name: "portico_refreshes_total",
      help: "Refreshes that this process has made, by portal, connection and what the portal answered.",
      labelNames: ["portal", "connection", "outcome"],
      registers,
    }),
    leaseWaits: new Histogram({
      name: "portico_refresh_lease_wait_seconds",
      help: "How long this process has waited for another one that refreshes the same link.",
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
  };
});

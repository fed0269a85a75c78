import "server-only";
import { Gauge, type Registry } from "@prometheus-io/client";
import type { Figures } from "@/lib/accounts/figures/shape";

/** The figures of a deployment as gauges. They are of the database, and so the same at every instance. */

type Value = readonly [labels: Record<string, string>, value: number];

export function addFigures(registry: Registry, figures: Figures): void {
  const gauge = (name: string, help: string, values: readonly Value[]) =>
    addGauge(registry, `portico_${name}`, help, values);
  addLinks(gauge, figures);
  addPortals(gauge, figures);
  addQueues(gauge, figures.queues);
  addEvents(gauge, figures.queues);
  addClients(gauge, figures);
  addTables(gauge, figures);
}

/** @param values each with the same labels */
export function addGauge(
  registry: Registry,
  name: string,
  help: string,
  values: readonly Value[],
): void {
  const [first] = values;
  if (!first) return; // without a value it would be shown as 0
  const labelNames = Object.keys(first[0]);
  const gauge = new Gauge({ name, help, labelNames, registers: [registry] });
  for (const [labels, value] of values) gauge.set(labels, value);
}

type Add = (name: string, help: string, values: readonly Value[]) => void;

function addLinks(gauge: Add, { links, links_share }: Figures) {
  const at = ({ connection, environment }: Figures["links"][number]) => ({
    connection,
    environment,
  });
  const states = ["connected", "stale", "broken", "unknown"] as const;
  gauge(
    "links",
    "Links by connection and state; estimated where portico_links_share is below 1.",
    links.flatMap((each) => states.map((state) => [{ ...at(each), state }, each[state]] as const)),
  );
  gauge("links_share", "The share of links that was looked at for their states.", [
    [{}, links_share],
  ]);
  gauge(
    "links_to_refresh",
    "Links whose access token has ended and is refreshed when it is asked for; estimated as portico_links.",
    links.map((each) => [at(each), each.to_refresh]),
  );
  gauge(
    "links_needing_reconnect",
    "Links of which events have told that only the member can mend them.",
    links.map((each) => [at(each), each.needs_reconnect]),
  );
  gauge(
    "links_registration_refused",
    "Links at which the portal does not accept our registration; estimated as portico_links.",
    links.map((each) => [at(each), each.registration_refused]),
  );
  gauge(
    "oldest_check_timestamp_seconds",
    "When the portal was last asked about the link that has waited longest.",
    links.flatMap((each) => timed(at(each), each.oldest_check_at)),
  );
}

/** One that is well is 0, so that an alert ends. */
function addPortals(gauge: Add, { links, portals_in_trouble }: Figures) {
  const offered = links.filter((each) => each.offered);
  gauge(
    "portal_in_trouble",
    "1 while the portal of a connection is left alone, and up to ten minutes longer until it is well.",
    offered.map(({ connection, environment }) => {
      const isInTrouble = portals_in_trouble.some((each) => each.connections.includes(connection));
      return [{ connection, environment }, isInTrouble ? 1 : 0];
    }),
  );
}

function addQueues(gauge: Add, queues: Figures["queues"]) {
  const { revocations, refreshes, connect_sessions, lost_codes, imports, watch } = queues;
  gauge("queue", "How much waits, or is under way.", [
    [{ queue: "revocations" }, revocations.waiting],
    [{ queue: "revocations_retried" }, revocations.retried],
    [{ queue: "refreshes_under_way" }, refreshes.under_way],
    [{ queue: "refreshes_left_open" }, refreshes.left_open],
    [{ queue: "connect_sessions" }, connect_sessions.open],
    [{ queue: "lost_codes" }, lost_codes.waiting],
    [{ queue: "imports" }, imports.under_way],
  ]);
  gauge(
    "oldest_revocation_timestamp_seconds",
    "Since when the oldest revocation has waited.",
    timed({}, revocations.oldest_at),
  );
  gauge("revocations_failed_last_day", "Revocations that came to nothing in the last 24 hours.", [
    [{}, revocations.failed_last_day],
  ]);
  gauge("watch_behind_seconds", "How far the app is behind with what it does once a minute.", [
    [{}, watch.seconds_behind],
  ]);
}

function addEvents(gauge: Add, { events }: Figures["queues"]) {
  const at = (client: string | null) => ({ client: client ?? "" });
  gauge(
    "events_waiting",
    "Events that a client has not fetched; 10000 is that many or more.",
    events.map(({ client, waiting }) => [at(client), waiting]),
  );
  gauge(
    "oldest_event_timestamp_seconds",
    "Since when the oldest event has waited for a client that has fetched some before.",
    events.flatMap(({ client, oldest_at, has_fetched }) =>
      has_fetched ? timed(at(client), oldest_at) : [],
    ),
  );
}

function addClients(gauge: Add, { clients }: Figures) {
  const at = (client: string | null) => ({ client: client ?? "" });
  gauge(
    "service_keys",
    "Service keys that work.",
    clients.map(({ client, keys }) => [at(client), keys]),
  );
  gauge(
    "service_keys_last_used_timestamp_seconds",
    "When a key of the client was last used.",
    clients.flatMap(({ client, last_used_at }) => timed(at(client), last_used_at)),
  );
}

function addTables(gauge: Add, { tables }: Figures) {
  gauge(
    "table_bytes",
    "How large a table is, with its indexes.",
    tables.map(({ table, bytes }) => [{ table }, bytes]),
  );
  gauge(
    "table_rows",
    "How many rows a table has, as the database estimates it.",
    tables.flatMap(({ table, rows }): Value[] => (rows === null ? [] : [[{ table }, rows]])),
  );
}

/** What is not there has no time. */
function timed(labels: Record<string, string>, moment: string | null): Value[] {
  return moment === null ? [] : [[labels, Date.parse(moment) / 1000]];
}

import type { Figures, Status } from "@/lib/accounts/figures/shape";
import { aligned } from "./table";

/** A status as a person reads it: first what needs attention, then a table for each kind of thing. */
export function statusLines({ at, attention, database, figures }: Status): string[] {
  const { applied, waiting } = database.migrations;
  return [
    ...attention.map(({ sentence }) => `! ${sentence}`),
    ...(attention.length === 0 ? ["Nothing needs attention."] : []),
    "",
    `At ${at}: ${applied} migrations applied${waiting.length > 0 ? `, waiting: ${waiting.join(" ")}` : ""}.`,
    ...(figures === null ? [] : partsOf(figures).flatMap((lines) => ["", ...lines])),
  ];
}

function partsOf(figures: Figures): string[][] {
  return [
    linkLines(figures),
    portalLines(figures),
    queueLines(figures),
    clientLines(figures),
    tableLines(figures),
  ];
}

function linkLines({ links, links_share }: Figures) {
  const head = [
    "Connection",
    "Connected",
    "Stale",
    "Broken",
    "Unknown",
    "Reconnects needed",
    "Oldest check",
  ];
  const rows = links.map((each) => [
    each.connection + (each.offered ? "" : ` (${each.environment}, not offered)`),
    ...[each.connected, each.stale, each.broken, each.unknown, each.needs_reconnect].map(String),
    each.oldest_check_at ?? "none",
  ]);
  const estimated = `Estimated from ${(100 * links_share).toFixed(1)} % of the links, except for those that need their users.`;
  return [...aligned([head, ...rows], { numbers: true }), ...(links_share < 1 ? [estimated] : [])];
}

function portalLines({ portals_in_trouble: portals }: Figures) {
  if (portals.length === 0) return ["No portal is in trouble."];
  const rows = portals.map((each) => [
    `${each.portal} (${each.environment})`,
    each.reason,
    each.since,
    each.asked_again_at,
  ]);
  return aligned([["Portal in trouble", "Reason", "Since", "Asked again"], ...rows]);
}

function queueLines({ queues }: Figures) {
  const { revocations, refreshes, connect_sessions, lost_codes, imports, watch } = queues;
  const rows = [
    ["revocations that wait", String(revocations.waiting), revocations.oldest_at ?? ""],
    ["revocations that were tried in vain", String(revocations.retried), ""],
    ["revocations that failed in the last day", String(revocations.failed_last_day), ""],
    ["refreshes under way", String(refreshes.under_way), ""],
    ["refreshes that a process has left open", String(refreshes.left_open), ""],
    ...queues.events.map(({ client, waiting, oldest_at, has_fetched }) => [
      `events not fetched, ${client ?? "keys without a client"}${has_fetched ? "" : " (never fetches)"}`,
      String(waiting),
      oldest_at ?? "",
    ]),
    ["connect sessions under way", String(connect_sessions.open), ""],
    ["lost codes", String(lost_codes.waiting), ""],
    ["imports under way", String(imports.under_way), ""],
    ["seconds behind with what is done each minute", String(watch.seconds_behind), ""],
  ];
  return aligned([["Queue", "Count", "Oldest"], ...rows], { numbers: true });
}

function clientLines({ clients }: Figures) {
  const rows = clients.map(({ client, keys, last_used_at }) => [
    client ?? "none",
    String(keys),
    last_used_at ?? "never",
  ]);
  return aligned([["Client", "Keys", "Last used"], ...rows], { numbers: true });
}

function tableLines({ tables }: Figures) {
  const rows = tables.map(({ table, rows, bytes }) => [
    table,
    rows === null ? "unknown" : String(rows),
    (bytes / 1_000_000).toFixed(1),
  ]);
  return aligned([["Table", "About so many rows", "MB"], ...rows], { numbers: true });
}

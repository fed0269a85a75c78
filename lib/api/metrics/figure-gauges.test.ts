import { readFileSync } from "node:fs";
import { Registry } from "@prometheus-io/client";
import { expect, test } from "vitest";
import type { Figures } from "@/lib/accounts/figures/shape";
import { Status } from "@/lib/accounts/figures/shape";
import { addFigures } from "./figure-gauges";

const operate = readFileSync("docs/operate.md", "utf8");

/** The example in the documentation. */
function documented(): Figures {
  const [, text = ""] = /```json\n([\s\S]*?)```/.exec(operate) ?? [];
  const { figures } = Status.parse(JSON.parse(text));
  if (!figures) throw new Error("no figures");
  return figures;
}

async function textOf(figures: Figures) {
  const registry = new Registry();
  addFigures(registry, figures);
  return registry.metrics();
}

test("figures become gauges, times in seconds", async () => {
  const text = await textOf(documented());
  for (const line of [
    'portico_links{connection="olx-otodom",environment="production",state="stale"} 310',
    'portico_links_needing_reconnect{connection="olx-otodom",environment="production"} 42',
    "# HELP portico_portal_in_trouble 1 while the portal of a connection is left alone, and up to ten minutes longer until it is well.",
    'portico_portal_in_trouble{connection="olx-otodom",environment="production"} 1',
    'portico_queue{queue="revocations"} 3',
    `portico_oldest_revocation_timestamp_seconds ${Date.parse("2026-11-28T11:12:00Z") / 1000}`,
    'portico_events_waiting{client=""} 10000',
    'portico_service_keys{client="acme"} 2',
    'portico_table_bytes{table="AuditEvent"} 412344320',
  ])
    expect(text.split("\n")).toContain(line);
});

test("what there is none of has no line, rather than one that says 0", async () => {
  const figures = documented();
  const { revocations, events } = figures.queues;
  const text = await textOf({
    ...{ ...figures, portals_in_trouble: [] },
    links: figures.links.map((each) => ({ ...each, oldest_check_at: null })),
    clients: figures.clients.map((each) => ({ ...each, last_used_at: null })),
    tables: figures.tables.map((each) => ({ ...each, rows: null })),
    queues: { ...figures.queues, events, revocations: { ...revocations, oldest_at: null } },
  });
  expect(text).not.toMatch(/oldest_|last_used|table_rows/); // who never fetches has no oldest event either
  expect(text).toMatch(/^portico_portal_in_trouble\{.*\} 0$/m);
});

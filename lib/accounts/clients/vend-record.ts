import "server-only";
import { settings } from "@/lib/env";
import { counters } from "@/lib/process/counters";
import { processWide } from "@/lib/process/process-wide";
import type { AuditEvent } from "../audit";
import { type VendRow, writeVendRows } from "../statements";
import { WriteBehind } from "./write-behind";

/** A second of vends is one statement, however many they are. */
const DELAY_MS = 1_000;

/** Rows that count are written less often: each time is another version of the row. */
const COUNTED_DELAY_MS = 10_000;

const MOST_AT_ONCE = 1_000;

export type Vend = Omit<Extract<AuditEvent, { action: "vend" }>, "action">;

const vends = processWide("vends", () => new WriteBehind<VendRow>("vends", DELAY_MS, writeVends));

const counted = processWide(
  "counted-vends",
  () =>
    new WriteBehind<VendRow>("counted vends", COUNTED_DELAY_MS, writeVends, (row, more) => ({
      ...row,
      times: (row.times ?? 0) + (more.times ?? 0),
    })),
);

/** A credential that was asked for: counted, and recorded as `AUDIT_VENDS` says, some seconds later at most. */
export function recordVend(vend: Vend, chance = Math.random(), at = new Date()) {
  const { auditVends } = settings();
  counters().vends.inc({ connection: vend.connection ?? "", outcome: vend.outcome });
  if (auditVends === "counted") return count(vend, at);
  if (chance < auditVends) vends().add(crypto.randomUUID(), { ...vend, at });
}

/** One row for each key, link (without one, connection), outcome and minute. Its request id is that of the first. */
function count(vend: Vend, at: Date) {
  const minute = new Date(at);
  minute.setSeconds(0, 0);
  const about = vend.accountId ?? vend.connection;
  const key = [vend.actor, about, vend.outcome, minute.getTime()].join();
  counted().add(key, { ...vend, at, minute, times: 1 });
}

/** With a link and without one, rows that count are found by different indexes. */
async function writeVends(vends: VendRow[]) {
  await writeInParts(vends.filter(({ accountId }) => accountId));
  await writeInParts(vends.filter(({ accountId }) => !accountId));
}

async function writeInParts(vends: VendRow[]) {
  for (let from = 0; from < vends.length; from += MOST_AT_ONCE) {
    await writeVendRows(vends.slice(from, from + MOST_AT_ONCE));
  }
}

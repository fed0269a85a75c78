import "server-only";
import { settings } from "@/lib/env";
import { processWide } from "@/lib/process/process-wide";
import type { AuditEvent } from "../audit";
import { writeVendRows } from "../statements";
import { WriteBehind } from "./write-behind";

/** A second of vends is one statement, however many they are. */
const DELAY_MS = 1_000;

const MOST_AT_ONCE = 1_000;

export type Vend = Omit<Extract<AuditEvent, { action: "vend" }>, "action">;
type DatedVend = Vend & { at: Date };

const vends = processWide("vends", () => new WriteBehind<DatedVend>("vends", DELAY_MS, writeVends));

/** A credential that was asked for: recorded as often as `AUDIT_VENDS` says, a second later at most. */
export function recordVend(vend: Vend, chance = Math.random()) {
  if (chance >= settings().auditVends) return;
  vends().add(crypto.randomUUID(), { ...vend, at: new Date() });
}

async function writeVends(vends: DatedVend[]) {
  for (let from = 0; from < vends.length; from += MOST_AT_ONCE) {
    await writeVendRows(vends.slice(from, from + MOST_AT_ONCE));
  }
}

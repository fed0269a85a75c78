import type { LeftPortal, RunCheck, RunResult } from "@/lib/accounts/checks/run";
import { isPassing } from "@/lib/conversation/probe";
import { aligned } from "./table";

const COLUMNS = ["Work", "Broken", "Portal in trouble", "Not asked", "Left"] as const;
type Column = (typeof COLUMNS)[number];

/** What a run has come to, counted: so many links of a connection in each column. */
export class CheckTally {
  /** How many links were looked at. */
  done = 0;
  private keptAlive = 0;
  private readonly rows = new Map<string, Record<Column, number>>();
  private readonly clocks = new Map<string, number>();

  add({ connection, check }: RunCheck): void {
    this.done += 1;
    this.rowOf(connection)[columnOf(check)] += 1;
    if ("keptAlive" in check) this.keptAlive += 1;
    if (check.kind === "checked" && check.clockAhead !== null) {
      this.clocks.set(connection, check.clockAhead);
    }
  }

  /** A table with a row for each connection, and a sentence for each thing that is worth one. */
  lines({ links, portals }: Pick<RunResult, "links" | "portals">): string[] {
    for (const { connection, count } of links) this.rowOf(connection).Left += count;
    return [
      ...this.table(),
      ...this.keptAliveLine(),
      ...portals.map(leftLine),
      ...this.clockLines(),
    ];
  }

  private table() {
    if (this.rows.size === 0) return ["No link is due."];
    const rows = [...this.rows].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const lines = rows.map(([connection, row]) => [
      connection,
      ...COLUMNS.map((column) => String(row[column])),
    ]);
    return aligned([["Connection", ...COLUMNS], ...lines], { numbers: true });
  }

  private keptAliveLine() {
    if (this.keptAlive === 0) return [];
    return [`Refreshed in time, because their refresh tokens neared their end: ${this.keptAlive}.`];
  }

  /** A sentence for each portal whose clock is not ours. */
  private clockLines() {
    return [...this.clocks].map(([connection, seconds]) => {
      const apart = `${Math.abs(seconds)} seconds ${seconds > 0 ? "ahead of" : "behind"}`;
      return `! The clock of ${connection} is ${apart} ours: see that this machine's clock is right.`;
    });
  }

  private rowOf(connection: string) {
    const none = { Work: 0, Broken: 0, "Portal in trouble": 0, "Not asked": 0, Left: 0 };
    const row = this.rows.get(connection) ?? none;
    this.rows.set(connection, row);
    return row;
  }
}

function columnOf(check: RunCheck["check"]): Column {
  if (check.kind !== "checked") return "Not asked";
  if (check.outcome === "ok") return "Work";
  return isPassing(check.outcome) ? "Portal in trouble" : "Broken";
}

function leftLine({ portal: { portal, environment }, reason, links, restsUntil }: LeftPortal) {
  const name = environment === "production" ? portal.name : `${portal.name} (${environment})`;
  const when = restsUntil === null ? "now" : `from ${restsUntil.toISOString()} on`;
  return `! ${name} was left alone (${reason}), and ${links} of its links. It may be asked again ${when}.`;
}

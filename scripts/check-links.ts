import { checkDueLinks, type RunCheck, type RunResult } from "@/lib/accounts/checks/run";
import { retryAllDue } from "@/lib/accounts/revocation/clock";
import { isPassing } from "@/lib/conversation/probe";
import { command, UsageError } from "./command";
import { print } from "./print";
import { drawBar, type Progress } from "./progress";
import { aligned } from "./table";

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const COLUMNS = ["Work", "Broken", "Portal in trouble", "Not asked", "Elsewhere", "Left"] as const;
type Column = (typeof COLUMNS)[number];

const USAGE = `How to use it:
  npm run check-links [-- --older-than 6h] [--limit 500] [--per-second 5]

Asks portals whether links work, the longest unasked first, and tries waiting revocations. For cron; several at once
share the work. It leaves out links whose last check is younger than --older-than (1h; s, m, h or d), looks at --limit
links at most (all), and asks each portal --per-second times a second (5). It ends with 0 when all that was due was
looked at, with 2 when a portal in trouble was left alone, and with 1 when it could not do its work.`;

await command({
  usage: USAGE,
  options: {
    "older-than": { type: "string", default: "1h" },
    limit: { type: "string" },
    "per-second": { type: "string", default: "5" },
  },
  run: async ({ values }) => {
    const result = await checkDueLinks({
      before: new Date(Date.now() - milliseconds(values["older-than"])),
      limit: values.limit === undefined ? null : whole("--limit", values.limit),
      perSecond: whole("--per-second", values["per-second"]),
      onCheck: process.stdout.isTTY ? bar : line,
    });
    if (process.stdout.isTTY && result.checks.length > 0) print("", "");
    print(...table(result), ...clocks(result));

    const revocations = await retryAllDue();
    if (revocations > 0) print(`${revocations} waiting revocations were tried.`);
    return result.left.length > 0 ? 2 : 0;
  },
});

function milliseconds(text: string) {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (!count) throw new UsageError("--older-than is a number with s, m, h or d, such as 90m.");
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

function whole(name: string, text: string) {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError(`${name} is a number, such as 10.`);
  return Number(text);
}

function bar(_check: RunCheck, progress: Progress) {
  drawBar(progress, "links checked");
}

function line({ link, connection, check }: RunCheck, { done, of }: Progress) {
  print(`${done}/${of} ${connection} ${link} ${wordOf(check)}`);
}

function wordOf(check: RunCheck["check"]) {
  switch (check.kind) {
    case "checked":
      return check.outcome;
    case "not_asked":
      return `not asked: ${check.reason}`;
    default:
      return check.kind;
  }
}

function columnOf({ check }: RunCheck): Column {
  if (check.kind === "not_asked") return "Not asked";
  if (check.kind !== "checked") return "Elsewhere";
  if (check.outcome === "ok") return "Work";
  return isPassing(check.outcome) ? "Portal in trouble" : "Broken";
}

/** One row for each connection. */
function table({ checks, left }: RunResult) {
  const entries: { connection: string; column: Column }[] = [
    ...checks.map((check) => ({ connection: check.connection, column: columnOf(check) })),
    ...left.map(({ provider }) => ({ connection: provider, column: "Left" as const })),
  ];
  if (entries.length === 0) return ["No link is due."];
  const connections = [...new Set(entries.map(({ connection }) => connection))].toSorted();
  const lines = connections.map((connection) => [
    connection,
    ...COLUMNS.map((column) =>
      String(entries.filter((e) => e.connection === connection && e.column === column).length),
    ),
  ]);
  return aligned([["Connection", ...COLUMNS], ...lines], { numbers: true });
}

/** A sentence for each portal whose clock is not ours. */
function clocks({ checks }: RunResult) {
  const ahead = new Map<string, number>();
  for (const { connection, check } of checks) {
    if (check.kind === "checked" && check.clockAhead !== null) {
      ahead.set(connection, check.clockAhead);
    }
  }
  return [...ahead].map(([connection, seconds]) => {
    const apart = `${Math.abs(seconds)} seconds ${seconds > 0 ? "ahead of" : "behind"}`;
    return `! The clock of ${connection} is ${apart} ours: see that this machine's clock is right.`;
  });
}

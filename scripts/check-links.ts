import { checkDueLinks, countDueLinks, type RunCheck } from "@/lib/accounts/checks/run";
import { retryAllDue } from "@/lib/accounts/revocation/clock";
import { databaseNow } from "@/lib/db/clock";
import { CheckTally } from "./check-tally";
import { command, UsageError } from "./command";
import { interruption } from "./interruption";
import { print } from "./print";
import { endBar, progressOf } from "./progress";

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const USAGE = `How to use it:
  npm run check-links [-- --older-than 6h] [--limit 500] [--per-second 5] [--at-once 3]

Asks portals whether links work, the longest unasked first, and tries waiting revocations. For cron; several at once
share the work. It leaves out links whose portal was asked less than --older-than ago (1h; s, m, h or d), looks at --limit
links at most (all), and asks each portal about --at-once links at once and --per-second in a second (as set for the
portal, otherwise 3 and 5). A link whose refresh token nears its end is refreshed. It ends with 0 when all that was due
was looked at, with 2 when a portal in trouble was left alone, and with 1 when it could not do its work. Ctrl-C ends it
after the links that it is at.`;

await command({
  usage: USAGE,
  options: {
    "older-than": { type: "string", default: "1h" },
    limit: { type: "string" },
    "per-second": { type: "string" },
    "at-once": { type: "string" },
  },
  run: async ({ values }) => {
    const age = milliseconds(values["older-than"]);
    const options = {
      limit: whole("--limit", values.limit),
      perSecond: whole("--per-second", values["per-second"]),
      atOnce: whole("--at-once", values["at-once"]),
    };
    const stop = interruption();
    const before = new Date((await databaseNow()).getTime() - age);
    const of = await countDueLinks({ before });
    const tally = new CheckTally();
    const draw = progressOf("links checked");
    const onCheck = (check: RunCheck) => {
      tally.add(check);
      if (!process.stdout.isTTY) tell(check);
      draw({ done: tally.done, of: Math.max(of, tally.done) });
    };
    const result = await checkDueLinks({ ...options, before, onCheck, signal: stop.signal });
    if (tally.done > 0) endBar();
    print(...tally.lines(result));
    if (result.error) throw result.error;
    const stopped = stop.code();
    if (stopped !== null) return stopped;

    const revocations = await retryAllDue();
    if (revocations > 0) print(`${revocations} waiting revocations were tried.`);
    return result.portals.length > 0 ? 2 : 0;
  },
});

function milliseconds(text: string) {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (!count) throw new UsageError("--older-than is a number with s, m, h or d, such as 90m.");
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

function whole(name: string, text: string | undefined) {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError(`${name} is a number, such as 10.`);
  return Number(text);
}

/** For a log: each link that does not work. */
function tell({ link, connection, check }: RunCheck) {
  const word = check.kind === "checked" ? check.outcome : `not asked: ${check.reason}`;
  if (word !== "ok") print(`${connection} ${link} ${word}`);
}

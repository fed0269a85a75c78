import { type TidyOptions, tidy } from "@/lib/accounts/retention/tidy";
import { settings } from "@/lib/env";
import { command } from "./command";
import { interruption } from "./interruption";
import { print } from "./print";
import { aligned } from "./table";

const USAGE = `How to use it:
  npm run tidy

Removes what is kept for a time alone, as the running app does by itself every five minutes: expired sessions and used flows,
and what KEEP_VENDS_DAYS, KEEP_JOURNAL_DAYS, KEEP_REVOCATIONS_DAYS, KEEP_ERASED_DAYS and KEEP_EVENTS_DAYS say. It can be interrupted and
repeated, and ends with 0 when nothing is left to remove.`;

await command({
  usage: USAGE,
  options: {},
  run: async () => {
    const stop = interruption();
    const onBatch = process.stdout.isTTY ? overwrite : undefined;
    const tidied = await tidy({ signal: stop.signal, onBatch });
    if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
    const rows = tidied.map(({ what, removed }) => [what, String(removed)]);
    print(...aligned([["Kind", "Removed"], ...rows], { numbers: true }), kept());
    if (stop.signal.aborted) print("Interrupted. The next time it goes on from here.");
    return stop.code() ?? 0;
  },
});

const overwrite: TidyOptions["onBatch"] = ({ what }, removed) => {
  process.stdout.write(`\r\x1b[K${removed} rows removed: ${what}`);
};

function kept() {
  const { vends, journal, revocations, erased, events } = settings().keepDays;
  return `Kept for so many days: vends and refreshes ${vends}, journal ${journal}, ended revocations ${revocations}, users who are gone ${erased}, events ${events}.`;
}

import { stat } from "node:fs/promises";
import { listClients } from "@/lib/accounts/clients/clients";
import { importLines, type Line, type LineResult } from "@/lib/accounts/imports/run";
import { CommandError, command, noSuch, UsageError } from "./command";
import { ImportResults } from "./import-results";
import { interruption } from "./interruption";
import { linesOf } from "./lines";
import { print, tell } from "./print";
import { endBar, progressOf } from "./progress";
import { aligned } from "./table";

const USAGE = `How to use it:
  npm run import-links -- <file.jsonl> --client acme [--dry-run] [--results <file>]

Makes links of tokens that a client already has. Each line of the file is the body of POST /api/v1/links:
  {"user": {"external_id": "agent-7"}, "connection": "olx-otodom", "tokens": {"access_token": "…", "refresh_token": "…"}}
Portals are asked at the pace that is set for them. Each line gets one line of results, in <file.jsonl>.results.jsonl unless
named, without tokens. After an interruption, or with a portal in trouble, run it again: it goes on where it was. --dry-run
asks no portal and writes nothing. It ends with 0 when every line has come to an end, with 2 when lines are left for
another run, and with 1 when it could not do its work. Delete the file afterwards: it holds credentials.`;

await command({
  usage: USAGE,
  words: true,
  options: {
    client: { type: "string" },
    results: { type: "string" },
    "dry-run": { type: "boolean", default: false },
  },
  run: async ({ values, positionals: [file, ...others] }) => {
    const { client, "dry-run": dryRun } = values;
    if (!file || others.length > 0) throw new UsageError("Name one file.");
    if (!client) throw new UsageError("Say whose links they are: --client acme.");
    const ids = (await listClients()).map(({ id }) => id);
    if (!ids.includes(client)) throw noSuch(`client ${client}`, ids);
    const bytes = (await stat(file).catch(() => null))?.size;
    if (bytes === undefined) throw new CommandError(`${file} cannot be read.`);

    const results = dryRun ? null : await ImportResults.of(file, values.results);
    const tally = new Map<string, number>();
    const draw = progressOf("bytes read");
    const stop = interruption();
    const lines = linesOf(file, (done) => draw({ done, of: Math.max(bytes, done) }));
    const { left } = await importLines(without(results, lines), {
      ...{ clientId: client, dryRun, signal: stop.signal },
      onResult: (result) => {
        results?.add(result);
        tally.set(result.result, (tally.get(result.result) ?? 0) + 1);
        if (result.result === "invalid") tell(sentenceOf(result));
      },
    });
    if (bytes > 0) endBar();
    if (results?.before) print(`Done before: ${results.before} lines.`);
    if (tally.size > 0)
      print(...aligned([["Result", "Lines"], ...rowsOf(tally)], { numbers: true }));
    for (const [portal, { reason, lines }] of left) {
      print(`Left at ${portal}: ${lines} lines (${reason}). Run it again.`);
    }
    return stop.code() ?? (left.size > 0 ? 2 : 0);
  },
});

/** The lines that have come to no end yet. */
async function* without(results: ImportResults | null, lines: AsyncIterable<Line>) {
  for await (const line of lines) if (!results?.has(line.number)) yield line;
}

function rowsOf(tally: ReadonlyMap<string, number>) {
  return [...tally].map(([result, lines]) => [result, String(lines)]);
}

function sentenceOf({ line, errors }: Extract<LineResult, { result: "invalid" }>) {
  return `Line ${line}: ${errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join("; ")}.`;
}

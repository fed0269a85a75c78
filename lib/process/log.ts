import { logLevel } from "@/lib/env";
import { printable } from "./printable";

const RANK = { info: 0, warn: 1, error: 2 };

export type LogLevel = keyof typeof RANK;

/** What a log line may hold: codes, ids and counts. Never a body, a header, a code or a token. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/**
 * Writes one line of JSON, unless `LOG_LEVEL` asks for graver ones only: `info` goes to standard output. What
 * needs a look goes to standard error, so that it does not mix with a command's output.
 */
export function log(level: LogLevel, event: string, fields: LogFields = {}) {
  if (RANK[level] < RANK[logLevel()]) return;
  const entry = { at: new Date().toISOString(), level, event, ...fields };
  const line = printable(JSON.stringify(entry));
  if (level === "info") console.log(line);
  else console.error(line);
}

/** Where a thrown value comes from. Not its message, which can hold a query or an answer; names are minified in a build. */
export function traceOf(error: unknown) {
  if (!(error instanceof Error)) return { thrown: typeof error };
  const where = error.stack
    ?.replace(error.message, "")
    .split("\n")
    .find((line) => /^\s+at /.test(line));
  return {
    thrown: error.name,
    ...("code" in error && { code: String(error.code) }),
    where: where?.trim(),
  };
}

/**
 * In production Next prints errors that nothing has caught as they are, and has no setting for it. From here on an error
 * that is printed, or warned of, becomes a line like ours.
 */
export function printErrorsAsLines() {
  for (const level of ["warn", "error"] as const) {
    const print = console[level].bind(console);
    console[level] = (...parts: unknown[]) => {
      const error = parts.find((part) => part instanceof Error);
      if (error) log(level, "error.printed", traceOf(error));
      else print(...parts);
    };
  }
}

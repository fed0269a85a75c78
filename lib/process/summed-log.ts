import { type LogFields, type LogLevel, log } from "./log";
import { processWide } from "./process-wide";

/** So many lines of a kind are written in a minute; the rest is one line at its end. */
const WRITTEN = 10;

const WINDOW_MS = 60_000;

const windows = processWide("summed-log", () => new Map<string, { lines: number }>());

/**
 * As `log`, for lines that outsiders can cause as often as they like: the first ten of an event are written, and a minute
 * after the first how many more there were (`log.summed`).
 */
export function logSummed(level: LogLevel, event: string, fields: LogFields = {}) {
  const window = windows().get(event) ?? begin(level, event);
  window.lines += 1;
  if (window.lines <= WRITTEN) log(level, event, fields);
}

function begin(level: LogLevel, event: string) {
  const window = { lines: 0 };
  windows().set(event, window);
  const end = () => {
    windows().delete(event);
    const more = window.lines - WRITTEN;
    if (more > 0) log(level, "log.summed", { of: event, more });
  };
  setTimeout(end, WINDOW_MS).unref();
  return window;
}

import { moments } from "@/messages/en";
import type { Viewer } from "./viewer";

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** The largest unit that still says something, each up to where the next begins. */
const steps = [
  { unit: "minute", seconds: MINUTE_S, below: HOUR_S },
  { unit: "hour", seconds: HOUR_S, below: DAY_S },
  { unit: "day", seconds: DAY_S, below: 30 * DAY_S },
  { unit: "month", seconds: 30 * DAY_S, below: 365 * DAY_S },
  { unit: "year", seconds: 365 * DAY_S, below: Number.POSITIVE_INFINITY },
] as const;

/** "5 minutes ago". Clocks differ a little, so what lies ahead is now. */
export function ago(then: Date, now: Date, locale: string): string {
  const seconds = (now.getTime() - then.getTime()) / 1000;
  if (seconds < MINUTE_S) return moments.justNow;
  const step = steps.find(({ below }) => seconds < below) ?? steps[4];
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  return format.format(-Math.floor(seconds / step.seconds), step.unit);
}

/** "22 November 2026", and "22 November 2026, UTC" until the time zone is known. */
export function day(then: Date, { locale, timeZone }: Viewer): string {
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: "long",
    timeZone: timeZone ?? "UTC",
  });
  return timeZone ? format.format(then) : `${format.format(then)}, UTC`;
}

/** So far ahead, a day without its year is clear. */
const YEARLESS_MS = 180 * DAY_S * 1000;

/** "3 March", of a day that comes soon; the year with it when it does not. */
export function comingDay(then: Date, now: Date, viewer: Viewer): string {
  if (then.getTime() - now.getTime() > YEARLESS_MS) return day(then, viewer);
  const { locale, timeZone } = viewer;
  const format = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    timeZone: timeZone ?? "UTC",
  });
  return timeZone ? format.format(then) : `${format.format(then)}, UTC`;
}

/** "22 November 2026 at 14:05 CET", always with its zone. */
export function exactly(then: Date, { locale, timeZone }: Viewer): string {
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone: timeZone ?? "UTC",
  }).format(then);
}

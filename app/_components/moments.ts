import { dateFormat, distanceFormat } from "@/lib/language/formats";
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
export function ago(then: Date, now: Date, { locale, t }: Pick<Viewer, "locale" | "t">): string {
  const seconds = (now.getTime() - then.getTime()) / 1000;
  if (seconds < MINUTE_S) return t("site.justNow");
  const step = steps.find(({ below }) => seconds < below) ?? steps[4];
  return distanceFormat(locale).format(-Math.floor(seconds / step.seconds), step.unit);
}

/** "22 November 2026", and "22 November 2026, UTC" until the time zone is known. */
export function day(then: Date, viewer: Viewer): string {
  return zoned(then, { dateStyle: "long" }, viewer);
}

/** So far ahead, a day without its year is clear. */
const YEARLESS_MS = 180 * DAY_S * 1000;

/** "3 March", of a day that comes soon; the year with it when it does not. */
export function comingDay(then: Date, now: Date, viewer: Viewer): string {
  if (then.getTime() - now.getTime() > YEARLESS_MS) return day(then, viewer);
  return zoned(then, { day: "numeric", month: "long" }, viewer);
}

/** "14:05" of today, the day with it of any other. */
export function since(then: Date, now: Date, viewer: Viewer): string {
  const isToday =
    now.getTime() - then.getTime() < DAY_S * 1000 && day(then, viewer) === day(now, viewer);
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  return zoned(then, isToday ? time : { day: "numeric", month: "long", ...time }, viewer);
}

function zoned(then: Date, options: Intl.DateTimeFormatOptions, { locale, timeZone, t }: Viewer) {
  const time = dateFormat(locale, { ...options, timeZone: timeZone ?? "UTC" }).format(then);
  return timeZone ? time : t("site.utc", { time });
}

import { dateFormat } from "@/lib/language/formats";
import type { Habits } from "./viewer";

/** "22 November 2026 at 14:05 CET", always with its zone. */
export function exactly(then: Date, { locale, timeZone }: Habits): string {
  return dateFormat(locale, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone: timeZone ?? "UTC",
  }).format(then);
}

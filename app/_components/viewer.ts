import type { Language } from "@/lib/language/languages.mjs";
import type { Translator } from "@/lib/language/translators";

/** How the person reading wants dates and numbers written. `timeZone` is null until their browser has told us. */
export type Habits = { locale: string; timeZone: string | null };

/** The person reading: in which language, and how everything is said to them. */
export type Viewer = Habits & { language: Language; t: Translator };

export const TIME_ZONE_COOKIE = "portico.time-zone";

/** A cookie may hold anything; only what `Intl` accepts as a time zone is one. */
export function timeZoneFrom(cookie: string | undefined): string | null {
  if (!cookie || cookie.length > 64) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: cookie }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** How the person reading wants dates written. `timeZone` is null until their browser has told us. */
export type Viewer = { locale: string; timeZone: string | null };

export const TIME_ZONE_COOKIE = "portico.time-zone";

const DEFAULT_LOCALE = "en-GB";

/** The pages are English, so of all accepted languages only the kind of English matters: it decides how dates look. */
export function englishFrom(acceptLanguage: string | null): string {
  const accepted = (acceptLanguage ?? "")
    .split(",")
    .map((entry) => {
      const [tag = "", ...parameters] = entry.split(";").map((part) => part.trim());
      const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
      return { tag, weight: Number(weight) };
    })
    .filter(({ tag, weight }) => /^en-[a-z]{2}$/i.test(tag) && weight > 0)
    .sort((one, other) => other.weight - one.weight);
  const [best] = accepted.flatMap(({ tag }) => Intl.DateTimeFormat.supportedLocalesOf(tag));
  return best ?? DEFAULT_LOCALE;
}

/** A cookie may hold anything; only what `Intl` accepts as a time zone is one. */
export function timeZoneFrom(cookie: string | undefined): string | null {
  if (!cookie || cookie.length > 64) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: cookie }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** Longer than this is no wait that a portal can mean, in seconds. */
const LONGEST = 24 * 60 * 60;

/** Numbers from here on are moments and no spans: seconds since 1970, or milliseconds. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MILLISECONDS = 1e12;

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * Reads `Retry-After`, RFC 9110 section 10.2.3: seconds, or a date in any of the three forms of section 5.6.7. Also what is
 * seen in the wild: fractions, units (`30s`, `2 minutes`), durations and dates of ISO 8601, moments in seconds or
 * milliseconds since 1970, quotation marks, and the header twice.
 * @returns whole seconds from now, a day at most; the longest of several; null when it says nothing
 */
export function retryAfterSeconds(headers: Headers, now = new Date()): number | null {
  const value = (headers.get("retry-after") ?? "").slice(0, 200);
  const theirs = momentIn(headers.get("date") ?? "") ?? now.getTime();
  const spans = membersOf(value)
    .map((member) => spanIn(member, theirs, now.getTime()))
    .filter((span) => span !== null);
  if (spans.length === 0) return null;
  return Math.ceil(Math.min(LONGEST, Math.max(0, ...spans)));
}

/** A comma divides members, but for the one behind a weekday. */
function membersOf(value: string) {
  return value
    .split(/(?<!\b[A-Z][a-z]{2,8}),/)
    .map((member) =>
      member
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .trim(),
    )
    .filter(Boolean);
}

/** In seconds. A date counts from the portal's own clock, a moment since 1970 from ours. */
function spanIn(member: string, theirs: number, now: number): number | null {
  const [, digits, unit = ""] = /^(-?\d+(?:\.\d+)?)\s*([a-z]*)\.?$/i.exec(member) ?? [];
  if (digits !== undefined) return spanOf(Number(digits), unit.toLowerCase(), now);
  const duration = durationIn(member);
  if (duration !== null) return duration;
  const moment = momentIn(member);
  return moment === null ? null : (moment - theirs) / 1000;
}

function spanOf(number: number, unit: string, now: number): number | null {
  if (unit === "" && number >= EPOCH_MILLISECONDS) return (number - now) / 1000;
  if (unit === "" && number >= EPOCH_SECONDS) return number - now / 1000;
  const factor = UNITS[shortUnit(unit)];
  return factor === undefined ? null : number * factor;
}

/** `sec`, `seconds` → `s`. */
function shortUnit(unit: string) {
  if (/^(ms|msecs?|milliseconds?)$/.test(unit)) return "ms";
  const names = /^(|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)$/;
  return names.test(unit) ? unit.slice(0, 1) || "s" : unit;
}

/** `PT1M30S` */
function durationIn(member: string): number | null {
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(member);
  if (!found || member.length < 3) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** Milliseconds since 1970. All of these are in UTC, also where they do not say so. */
function momentIn(text: string): number | null {
  const asctime = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})$/.exec(
    text,
  );
  if (asctime) {
    const [, month = "", day, h, m, s, year] = asctime;
    return Date.UTC(
      Number(year),
      MONTHS.indexOf(month),
      Number(day),
      Number(h),
      Number(m),
      Number(s),
    );
  }
  if (!/\d{1,2}[ -][A-Z][a-z]{2}[ -]\d{2}|^\d{4}-\d\d-\d\d/.test(text)) return null;
  const isLocal = /^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(text);
  const moment = Date.parse(isLocal ? `${text.replace(" ", "T")}Z` : withFullYear(text));
  return Number.isNaN(moment) ? null : moment;
}

/** RFC 850's two digits are of the century that is nearest. */
function withFullYear(text: string) {
  return text.replace(/(\d{1,2})-([A-Z][a-z]{2})-(\d\d) /, (_, day, month, year) => {
    const century = Number(year) > 80 ? 1900 : 2000;
    return `${day} ${month} ${century + Number(year)} `;
  });
}

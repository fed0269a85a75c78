import { BoundedMap } from "@/lib/process/bounded-map";

/**
 * What `Intl` makes for a locale, kept: making one takes longer than using it a thousand times. A browser chooses the locale and
 * the time zone, so only so many are kept.
 */
const MOST = 300;

type Zoned = Intl.DateTimeFormatOptions & { timeZone: string };

const dates = new BoundedMap<Intl.DateTimeFormat>(MOST);
const numbers = new BoundedMap<Intl.NumberFormat>(MOST);
const distances = new BoundedMap<Intl.RelativeTimeFormat>(MOST);
const lists = new BoundedMap<Intl.ListFormat>(MOST);
const orders = new BoundedMap<Intl.Collator>(MOST);

export function dateFormat(locale: string, options: Zoned): Intl.DateTimeFormat {
  return keptIn(
    dates,
    `${locale} ${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locale, options),
  );
}

export function numberFormat(locale: string): Intl.NumberFormat {
  return keptIn(numbers, locale, () => new Intl.NumberFormat(locale));
}

/** "5 minutes ago", always with its number. */
export function distanceFormat(locale: string): Intl.RelativeTimeFormat {
  return keptIn(
    distances,
    locale,
    () => new Intl.RelativeTimeFormat(locale, { numeric: "always" }),
  );
}

/** "Otodom, Storia and Federia". */
export function listFormat(locale: string): Intl.ListFormat {
  return keptIn(lists, locale, () => new Intl.ListFormat(locale, { type: "conjunction" }));
}

/** The order of names, in which "Board 10" comes after "Board 9". */
export function orderOf(locale: string): Intl.Collator {
  return keptIn(
    orders,
    locale,
    () => new Intl.Collator(locale, { numeric: true, sensitivity: "base" }),
  );
}

function keptIn<Value>(map: BoundedMap<Value>, name: string, make: () => Value): Value {
  const known = map.get(name);
  if (known) return known;
  const made = make();
  map.set(name, made);
  return made;
}

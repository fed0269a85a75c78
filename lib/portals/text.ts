import { z } from "zod";
import type { Json, JsonObject } from "./portal";

/** How much is kept of what is only shown: a name, an address. */
const LONGEST_SHOWN = 200;

/** An address that is longer is none that a page could use. */
const LONGEST_ADDRESS = 2_000;

/** How much is kept of a member's further fields. What is deeper, longer or more is left out. */
const MOST = { depth: 8, characters: 2_000, entries: 100 };

/** PostgreSQL keeps neither U+0000 nor half a surrogate pair, and no portal means to send them. */
function clean(value: string) {
  return value.toWellFormed().replaceAll("\u0000", "");
}

/** What identifies: refused rather than repaired, because a repaired id is another id. */
export const text = z
  .string()
  .min(1)
  .max(255)
  .refine((value) => clean(value) === value && value.trim() === value);

/** An id that is only told: one that would have to be repaired is none. */
export const toldId = z
  .union([text, z.int().transform(String)])
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** Control characters, and those that turn the direction of what stands beside them. */
const UNRULY = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Characters that leave nothing on a page: blanks of every kind, joiners, fillers. */
const INVISIBLE = /^[\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/**
 * What is only shown, as one short line. Absent, null, anything but text, and text of which nothing can be seen are all "not
 * told".
 */
export const shownText = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => {
    const line = shortened(clean(value ?? ""), LONGEST_SHOWN * 4)
      .replace(UNRULY, " ")
      .trim();
    return INVISIBLE.test(line) ? null : shortened(line, LONGEST_SHOWN).trim();
  });

/** The address of a picture; one that is cut would be another. */
export const shownAddress = z
  .string()
  .max(LONGEST_ADDRESS)
  .nullish()
  .catch(null)
  .transform((value) => (value && URL.canParse(value) ? clean(value).trim() || null : null));

/** By whole characters: half an emoji is none. */
function shortened(value: string, most: number) {
  return value.length <= most
    ? value
    : value
        .slice(0, most)
        .toWellFormed()
        .replace(/\ufffd$/, "");
}

/** A JSON object as a portal sent it, fit to be stored as one. */
export function storable(value: object, depth = MOST.depth): JsonObject {
  const entries = Object.entries(value)
    .slice(0, MOST.entries)
    .map(([key, entry]) => [shortened(clean(key), LONGEST_SHOWN), storableValue(entry, depth - 1)]);
  return Object.fromEntries(entries);
}

function storableValue(value: unknown, depth: number): Json {
  if (typeof value === "string") return shortened(clean(value), MOST.characters);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (!value || typeof value !== "object" || depth < 0) return null;
  if (!Array.isArray(value)) return storable(value, depth);
  return value.slice(0, MOST.entries).map((each) => storableValue(each, depth - 1));
}

import { z } from "zod";
import type { Json, JsonObject } from "./portal";

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

/** What is only shown: absent, null, blank and anything but text are all "not told". */
export const shownText = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => clean(value ?? "").trim() || null);

/** A JSON object as a portal sent it, fit to be stored as one. */
export function storable(value: object): JsonObject {
  const entries = Object.entries(value).map(([key, entry]) => [clean(key), storableValue(entry)]);
  return Object.fromEntries(entries);
}

function storableValue(value: unknown): Json {
  if (typeof value === "string") return clean(value);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(storableValue);
  return value ? storable(value) : null;
}

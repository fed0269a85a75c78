import { z } from "zod";
import type { ErrorFormat, JsonPath, SaidError } from "./errors";

const text = z.string().nullish().catch(null);
const code = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);

/** `{"error":"invalid_grant","error_description":"…"}`, RFC 6749 section 5.2; and `{"message":"…"}`, which many have */
const Flat = z.looseObject({ error: code, error_description: text, message: text });

/** `{"error":{"code":401,"message":"…"}}`, as OData and others have it */
const Nested = z.looseObject({ error: z.looseObject({ code, message: text }) });

const nothing: SaidError = { error: null, message: null };

/** What an unsuccessful answer says of itself, in the portal's own form or a usual one. What it does not say is null. */
export function saidError(body: string, format: ErrorFormat): SaidError {
  if (body.trimStart().startsWith("<")) return xmlError(body, format);
  const json = parsed(body);
  if (json === undefined) return { error: null, message: body.trim() || null };
  const own = readBy(format, json) ?? placedError(json, format);
  if (own) return own;
  const nested = Nested.safeParse(json).data?.error;
  if (nested) return { error: nested.code ?? null, message: nested.message ?? null };
  const flat = Flat.safeParse(json).data;
  return {
    error: flat?.error ?? null,
    message: flat?.error_description ?? flat?.message ?? null,
  };
}

/** Of a success that is none: where a portal answers 200 to everything. Null when it is a success. */
export function errorInSuccess(body: string, format: ErrorFormat): SaidError | null {
  const json = format.readError && parsed(body);
  return json === undefined ? null : readBy(format, json);
}

/** What the portal's own reader finds. One that cannot read the answer has found nothing. */
function readBy({ readError }: ErrorFormat, json: unknown): SaidError | null {
  try {
    return readError?.(json) ?? null;
  } catch {
    return null;
  }
}

/** At the first declared place that has a code or a message. */
function placedError(json: unknown, { errorPlaces = [] }: ErrorFormat): SaidError | null {
  for (const place of errorPlaces) {
    const error = code.parse(valueAt(json, place.code)) ?? null;
    const message = text.parse(valueAt(json, place.message)) ?? null;
    if (error !== null || message !== null) return { error, message };
  }
  return null;
}

function valueAt(json: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    json,
  );
}

/** `<messageCode>…</messageCode><message>…</message>`, somewhere in the document. Read for a log, hence not parsed. */
function xmlError(body: string, { errorPlaces: [place] = [] }: ErrorFormat): SaidError {
  if (!place) return nothing;
  return { error: inElement(body, place.code), message: inElement(body, place.message) };
}

function inElement(body: string, path: JsonPath): string | null {
  const name = path.at(-1);
  if (typeof name !== "string" || !/^[\w-]+$/.test(name)) return null;
  return new RegExp(`<${name}>([^<]{1,500})</${name}>`).exec(body)?.[1]?.trim() ?? null;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // plain text, or nothing
  }
}

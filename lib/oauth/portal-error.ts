import { STATUS_CODES } from "node:http";
import { z } from "zod";
import { challengeError } from "./challenge";
import type { ErrorFormat, JsonPath, SaidError } from "./errors";
import type { Answer } from "./transport";

/** What an answer says of its failure, and whether the portal itself has said it, rather than anything on the way to it. */
export type Said = SaidError & { own: boolean };

const text = z.string().nullish().catch(null);
const code = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);

/** `{"error":"invalid_grant","error_description":"…"}`, RFC 6749 section 5.2; and `{"message":"…"}`, which many have */
const Flat = z.looseObject({ error: code, error_description: text, message: text });

/** `{"error":{"code":401,"message":"…"}}`, as OData and others have it */
const Nested = z.looseObject({ error: z.looseObject({ code, message: text }) });

/** What an unsuccessful answer says of itself, in the portal's own form or a usual one. What it does not say is null. */
export function saidError(
  { body, headers }: Pick<Answer, "body" | "headers">,
  format: ErrorFormat,
): Said {
  const inBody = saidInBody(body, format);
  if (inBody.own) return inBody;
  const challenge = challengeError(headers);
  return challenge ? { ...challenge, own: true } : inBody;
}

function saidInBody(body: string, format: ErrorFormat): Said {
  if (isMarkup(body)) return xmlError(body, format);
  const json = parseJson(body);
  if (json === undefined) return { error: null, message: body.trim() || null, own: false };
  const own = readBy(format, json);
  if (own) return { ...own, own: true };
  const placed = placedError(json, format);
  if (placed) return { ...placed, own: placed.error !== null || isMarked(json, format) };
  const nested = Nested.safeParse(json).data?.error;
  if (nested) return { error: nested.code ?? null, message: nested.message ?? null, own: false };
  const flat = Flat.safeParse(json).data;
  const error = flat?.error ?? null;
  const message = flat?.error_description ?? flat?.message ?? null;
  return { error, message, own: isMarked(json, format) || isOfTheRfcs(error) };
}

/** Of a success that is none. Null when it is a success. */
export function errorInSuccess({ body, headers }: Answer, format: ErrorFormat): Said | null {
  const json = parseJson(body);
  if (json === undefined) return null;
  const own = readBy(format, json);
  if (own) return { ...own, own: true };
  const placed = placedError(json, format);
  if (placed?.error) return { ...placed, own: false }; // by its status it is none: it may say anything
  return InSuccess.safeParse(json).success ? saidError({ body, headers }, format) : null;
}

/** In a success, a number stands for "no error" as often as for one. */
const InSuccess = z.union([
  z.looseObject({ error: z.string().trim().min(1) }),
  z.looseObject({ error: z.looseObject({ message: z.string() }) }),
]);

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

function isMarked(json: unknown, { errorMark }: ErrorFormat) {
  const mark = errorMark && valueAt(json, errorMark);
  return mark !== undefined && mark !== null;
}

/** RFC 6749 section 5.2, RFC 6750 section 3.1, RFC 7009 section 2.2.1, RFC 8628 section 3.5. */
const RFC_CODES = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "invalid_token",
  "insufficient_scope",
  "unsupported_token_type",
  "access_denied",
  "expired_token",
];

/** What a code of the portal's own speaks of when it speaks of a member's permission: `bad_refresh_token`, `consent_required`. */
const ABOUT_PERMISSION = /token|grant|consent|authori[sz]|login|session|interaction|account|user/;

/** The words of HTTP's statuses, `forbidden`: as an error code they say no more than the status. */
const STATUS_WORDS = Object.values(STATUS_CODES).map((words = "") =>
  words.toLowerCase().replace(/[^a-z]+/g, "_"),
);

function isOfTheRfcs(error: string | null) {
  if (error === null || !/^[a-z][a-z0-9_]{2,79}$/.test(error)) return false;
  if (RFC_CODES.includes(error)) return true;
  return ABOUT_PERMISSION.test(error) && !STATUS_WORDS.includes(error);
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

/** How much of an XML document is looked at. */
const LOOKED_AT = 8_000;

/** `<messageCode>…</messageCode><message>…</message>`, somewhere in the document. Read for a log, hence not parsed. */
function xmlError(body: string, { errorPlaces: [place] = [] }: ErrorFormat): Said {
  const beginning = body.slice(0, LOOKED_AT);
  const error = place ? inElement(beginning, place.code) : null;
  const message = place ? inElement(beginning, place.message) : null;
  return { error, message, own: error !== null };
}

function inElement(body: string, path: JsonPath): string | null {
  const name = path.at(-1);
  if (typeof name !== "string" || !/^[\w-]+$/.test(name)) return null;
  return new RegExp(`<${name}>([^<]{1,500})</${name}>`).exec(body)?.[1]?.trim() ?? null;
}

/** HTML or XML. */
export function isMarkup(body: string) {
  return body.trimStart().startsWith("<");
}

/** Undefined when it is no JSON: JSON itself cannot say that. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { z } from "zod";

/** A request as a portal reads it: the first segment of the path is the portal's host, the rest is its path. */
export type PortalRequest = {
  method: string;
  /** The host, path and query as they were sent, not decoded. */
  target: string;
  host: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  cookies: ReadonlyMap<string, string>;
  /** The fields of the body; null if it does not match its content type. */
  fields: readonly Field[] | null;
};

export type Field = readonly [name: string, value: unknown];

const MAX_BODY_BYTES = 64 * 1024;

export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

export async function readRequest(incoming: IncomingMessage): Promise<PortalRequest> {
  const url = new URL(`http://localhost${incoming.url}`);
  const [, host = "", ...segments] = url.pathname.split("/");
  return {
    method: incoming.method ?? "",
    target: incoming.url ?? "",
    host,
    path: `/${segments.join("/")}`,
    query: url.searchParams,
    headers: incoming.headers,
    cookies: readCookies(incoming.headers.cookie ?? ""),
    fields: readFields(incoming.headers["content-type"] ?? "", await readBody(incoming)),
  };
}

/** The text fields by name, as the simulator's own forms send them. */
export function textFields(request: PortalRequest) {
  const text = (request.fields ?? []).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  return new Map(text);
}

/** RFC 6749 section 3.1: parameters "MUST NOT be included more than once". */
export function repeatsName(pairs: Iterable<Field>) {
  const names = [...pairs].map(([name]) => name);
  return new Set(names).size < names.length;
}

async function readBody(incoming: IncomingMessage) {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= MAX_BODY_BYTES) chunks.push(bytes); // the rest is read and dropped: only then can an answer be sent
  }
  if (size > MAX_BODY_BYTES) throw new BodyTooLarge();
  return Buffer.concat(chunks);
}

/** Reads JSON and forms in the same way, as Rails does. A body of another type has no fields. */
function readFields(contentType: string, body: Buffer): readonly Field[] | null {
  const mediaType = contentType.split(";")[0]?.trim().toLowerCase();
  if (mediaType === "application/json") return readJson(body);
  if (mediaType === "application/x-www-form-urlencoded") return readForm(body);
  return [];
}

const JsonObject = z.record(z.string(), z.unknown());

/** JSON of RFC 8259: no comments, no commas after the last value. */
function readJson(body: Buffer): readonly Field[] | null {
  if (body.length === 0) return [];
  try {
    const parsed = JsonObject.safeParse(JSON.parse(readUtf8(body)));
    return parsed.success ? Object.entries(parsed.data) : [];
  } catch {
    return null;
  }
}

function readForm(body: Buffer): readonly Field[] | null {
  try {
    const text = readUtf8(body);
    const malformed = /%(?![0-9A-Fa-f]{2})/.test(text);
    return malformed ? null : [...new URLSearchParams(text)];
  } catch {
    return null;
  }
}

function readUtf8(body: Buffer) {
  return new TextDecoder("utf-8", { fatal: true }).decode(body);
}

/** All cookies, the app's too: browsers send the cookies of one port to every port. */
function readCookies(header: string) {
  const pairs = header.split(";").flatMap((pair) => {
    const [name = "", ...value] = pair.trim().split("=");
    return name ? [[name, value.join("=")] as const] : [];
  });
  return new Map(pairs);
}

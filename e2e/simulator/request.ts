import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { z } from "zod";

/** A request as a portal reads it: the first path segment is the portal's host, the rest its path. */
export type PortalRequest = {
  method: string;
  /** As it was asked for, undecoded: the host's folder, the path, the query. */
  target: string;
  host: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  cookies: ReadonlyMap<string, string>;
  /** What the body says, field by field; null when it is not what its content type promises. */
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

/** The fields that are plain text, by name: what a form of ours sends. */
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
    if (size <= MAX_BODY_BYTES) chunks.push(bytes); // the rest is read and dropped, so that an answer can be sent
  }
  if (size > MAX_BODY_BYTES) throw new BodyTooLarge();
  return Buffer.concat(chunks);
}

/** JSON and forms are read alike, as Rails does; a body of any other type holds no fields. */
function readFields(contentType: string, body: Buffer): readonly Field[] | null {
  const mediaType = contentType.split(";")[0]?.trim().toLowerCase();
  if (mediaType === "application/json") return readJson(body);
  if (mediaType === "application/x-www-form-urlencoded") return readForm(body);
  return [];
}

const JsonObject = z.record(z.string(), z.unknown());

/** JSON as RFC 8259 has it: no comments, no trailing commas. */
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

/** The app's own cookies arrive too, because browsers do not keep ports apart: each portal picks its own. */
function readCookies(header: string) {
  const pairs = header.split(";").flatMap((pair) => {
    const [name = "", ...value] = pair.trim().split("=");
    return name ? [[name, value.join("=")] as const] : [];
  });
  return new Map(pairs);
}

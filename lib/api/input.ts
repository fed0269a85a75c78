import "server-only";
import type { z } from "zod";
import { sentenceFor } from "@/lib/process/schema-sentences";
import { type ApiRequest, addressOf } from "./exchange";
import { type ApiProblem, invalid, type RequestError } from "./respond";

/** Reads what a caller sends. Everything that is wrong with it is said at once. */

export type Read<T> = { ok: true; value: T } | { ok: false; problem: ApiProblem };

const LARGEST_BODY = 16 * 1024;

/** A query's parameters. One that is unknown or comes twice is an error: a misspelt filter would otherwise match everything. */
export function readQuery<T>(request: ApiRequest, schema: z.ZodType<T>): Read<T> {
  const parameters = [...addressOf(request).searchParams];
  const twice = parameters.filter(([name], at) => parameters.findIndex(([n]) => n === name) < at);
  const repeated = [...new Set(twice.map(([name]) => name))].map((parameter) => ({
    detail: "must not be there twice",
    parameter,
  }));
  const read = check(Object.fromEntries(parameters), schema, ([name = ""]) => ({
    parameter: String(name),
  }));
  if (repeated.length === 0 && read.ok) return read;
  const others = read.ok ? [] : (read.problem.errors ?? []);
  return { ok: false, problem: invalid([...repeated, ...others]) };
}

/** A JSON body. None at all is an empty object to a call that needs nothing. */
export async function readBody<T>(request: ApiRequest, schema: z.ZodType<T>): Promise<Read<T>> {
  const text = await textOf(request);
  if (text === null) return refuse({ problem: "content_too_large", detail: TOO_LARGE });
  if (text !== "" && !isJson(request.headers.get("content-type"))) {
    const detail = "Send the body as application/json.";
    return refuse({
      problem: "unsupported_media_type",
      detail,
      headers: { accept: "application/json" },
    });
  }
  const body = parse(text || "{}");
  if (body === undefined) return refuse(invalid([{ detail: "is not JSON", pointer: "#" }]));
  return check(body, schema, (path) => ({ pointer: pointerTo(path) }));
}

const TOO_LARGE = `A body may have ${LARGEST_BODY} bytes.`;

/** The whole body, or null when it is too large. It is read to its end all the same: to stop reading is to hang up. */
async function textOf({ body }: ApiRequest): Promise<string | null> {
  if (!body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  return size > LARGEST_BODY ? null : Buffer.concat(chunks).toString("utf8");
}

function isJson(type: string | null) {
  return /^application\/json\s*(;|$)/i.test(type ?? "");
}

/** Undefined when it is no JSON: JSON itself cannot say that. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Where = { pointer: string } | { parameter: string };
type Path = readonly PropertyKey[];

function check<T>(input: unknown, schema: z.ZodType<T>, where: (path: Path) => Where): Read<T> {
  const parsed = schema.safeParse(input, { error: sentenceFor });
  if (parsed.success) return { ok: true, value: parsed.data };
  const errors = parsed.error.issues.flatMap((issue): RequestError[] => {
    if (issue.code !== "unrecognized_keys") {
      return [{ detail: issue.message, ...where(issue.path) }];
    }
    return issue.keys.map((key) => ({
      detail: "is not known here",
      ...where([...issue.path, key]),
    }));
  });
  return refuse(invalid(errors));
}

/** RFC 6901 section 6. */
function pointerTo(path: Path) {
  const escaped = path.map((part) => String(part).replaceAll("~", "~0").replaceAll("/", "~1"));
  return `#${escaped.map((part) => `/${encodeURIComponent(part)}`).join("")}`;
}

function refuse<T>(problem: ApiProblem): Read<T> {
  return { ok: false, problem };
}

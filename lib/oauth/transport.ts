import {
  type ErrorFormat,
  type FailureDetail,
  OAuthError,
  type OAuthErrorCode,
  type SaidError,
} from "./errors";
import { errorInSuccess, saidError } from "./portal-error";

/** How long a portal may take for headers and body together. */
const DEADLINE_MS = 8_000;

/** The most an answer may weigh. Token responses and member records are a few kilobytes. */
export const ANSWER_LIMIT_BYTES = 256 * 1024;

export type Answer = { status: number; headers: Headers; body: string };

export type Call = {
  url: string;
  method?: "GET" | "POST" | "DELETE";
  headers?: Record<string, string>;
  body?: string;
  /** Milliseconds for headers and body together; `DEADLINE_MS` unless told. */
  deadline?: number;
};

/**
 * One request to a portal, one whole answer of any status. Redirects are not followed.
 * @throws {OAuthError} `timed_out`, `unreachable`, `redirected` or `too_large`
 */
export async function send({ url, deadline = DEADLINE_MS, ...init }: Call): Promise<Answer> {
  const signal = AbortSignal.timeout(deadline);
  try {
    const response = await fetch(url, {
      ...init,
      redirect: "manual", // a token endpoint that redirects is not the token endpoint
      cache: "no-store",
      signal,
    });
    const { status, headers } = response;
    if (status >= 300 && status < 400) {
      await response.body?.cancel();
      throw new OAuthError("redirected", "The portal answered with a redirect", { status });
    }
    return { status, headers, body: await readBody(response) };
  } catch (cause) {
    if (cause instanceof OAuthError) throw cause;
    if (signal.aborted) {
      throw new OAuthError("timed_out", `No whole answer within ${deadline} ms`, {}, cause);
    }
    const detail = neverConnected(cause) ? { sent: false } : {};
    throw new OAuthError("unreachable", "The connection to the portal failed", detail, cause);
  }
}

/** What `fetch` throws has the reason as its cause. */
const NEVER_CONNECTED = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
];

function neverConnected(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const causes = cause instanceof AggregateError ? cause.errors : [cause]; // one for each address of the host
  return causes.every(
    (each) =>
      each instanceof Error && "code" in each && NEVER_CONNECTED.includes(String(each.code)),
  );
}

async function readBody(response: Response) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > ANSWER_LIMIT_BYTES) {
      throw new OAuthError("too_large", `The answer is larger than ${ANSWER_LIMIT_BYTES} bytes`, {
        status: response.status,
      });
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/**
 * The JSON object of a successful answer.
 * @param format the portal's own error format
 * @throws {OAuthError} a code for what the status says, or `empty`, `web_page`, `unreadable`, `unexpected`
 */
export function readJson(answer: Answer, format: ErrorFormat = {}): Record<string, unknown> {
  checkStatus(answer, format);
  const { status, body } = answer;
  const json = parse(body);
  if (json !== undefined) {
    if (isRecord(json)) return json;
    throw new OAuthError("unexpected", "The answer is JSON, but not an object", { status });
  }
  checkText(answer);
  throw new OAuthError("unreadable", "The answer is not JSON", { status });
}

/** Lets a successful answer pass that is neither nothing nor a web page. @throws {OAuthError} `empty` or `web_page` */
export function checkText({ status, headers, body }: Answer): void {
  if (body.trim() === "") throw new OAuthError("empty", "The answer has no body", { status });
  if (body.trimStart().startsWith("<") || headers.get("content-type")?.includes("html")) {
    throw new OAuthError("web_page", "The answer is a web page", { status });
  }
}

/**
 * Lets a successful answer pass.
 * @param format the portal's own error format
 * @throws {OAuthError} what an unsuccessful one means: that, or RFC 6749 section 5.2, RFC 6750 section 3.1, RFC 9110
 */
export function checkStatus(answer: Answer, format: ErrorFormat = {}): void {
  const { status, body } = answer;
  if (status < 200 || status > 299) throw refusal(answer, saidError(body, format), format);
  const said = errorInSuccess(body, format);
  if (said) throw refusal(answer, said, format);
}

function refusal({ status, headers }: Answer, said: SaidError, { refusals = [] }: ErrorFormat) {
  const error = errorName(said.error);
  const description = harmless(said.message);
  const retryAfter = retryAfterSeconds(headers);
  const declared = refusals.find(
    (each) =>
      each.status === status &&
      (each.error === undefined || each.error === said.error) &&
      (each.says === undefined || each.says.test(said.message ?? "")),
  );
  return new OAuthError(
    declared?.means ?? meaningOf(status, said.error),
    `The portal answered ${status}${error ? ` ${error}` : ""}`,
    {
      status,
      ...(error && { error }),
      ...(description && { description }),
      ...(retryAfter !== null && { retryAfter }),
    } satisfies FailureDetail,
  );
}

function meaningOf(status: number, error: string | null): OAuthErrorCode {
  if (status === 429) return "rate_limited";
  if (status >= 500) return "failing";
  if (error === "invalid_grant" || error === "invalid_client") return error;
  return status === 401 ? "invalid_token" : "refused";
}

/** A protocol error code fit for a log and a `switch`; null when it is not one. */
export function errorName(value: unknown): string | null {
  return typeof value === "string" && /^[a-z0-9][a-z0-9_.]{0,79}$/i.test(value) ? value : null;
}

/** A portal's own words without anything that could be a code, a token or a secret. */
export function harmless(value: unknown): string | null {
  if (typeof value !== "string") return null;
  return value
    .replace(/[^\s"'<>()[\]{},;]{16,}/g, "…")
    .replace(/\p{C}/gu, " ")
    .slice(0, 200);
}

/** RFC 9110 section 10.2.3: seconds, or a date. */
function retryAfterSeconds(headers: Headers) {
  const value = headers.get("retry-after") ?? "";
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // not JSON: what it is instead is the caller's question
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

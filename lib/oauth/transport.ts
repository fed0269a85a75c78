import { type FailureDetail, OAuthError } from "./errors";

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
 * One request to a portal, one whole answer, whatever its status. Redirects are not followed.
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
    throw new OAuthError("unreachable", "The connection to the portal failed", {}, cause);
  }
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
 * @throws {OAuthError} a code for what the status says, or `empty`, `web_page`, `unreadable`, `unexpected`
 */
export function readJson(answer: Answer): Record<string, unknown> {
  checkStatus(answer);
  const { status, headers, body } = answer;
  const json = parse(body);
  if (json !== undefined) {
    if (isRecord(json)) return json;
    throw new OAuthError("unexpected", "The answer is JSON, but not an object", { status });
  }
  if (body.trim() === "") throw new OAuthError("empty", "The answer has no body", { status });
  if (body.trimStart().startsWith("<") || headers.get("content-type")?.includes("html")) {
    throw new OAuthError("web_page", "The answer is a web page", { status });
  }
  throw new OAuthError("unreadable", "The answer is not JSON", { status });
}

/**
 * Lets a successful answer pass.
 * @throws {OAuthError} what an unsuccessful one means: RFC 6749 section 5.2, RFC 6750 section 3.1, RFC 9110
 */
export function checkStatus(answer: Answer): void {
  if (answer.status < 200 || answer.status > 299) throw refusal(answer);
}

function refusal({ status, headers, body }: Answer) {
  const detail: FailureDetail = { status, ...protocolError(parse(body)) };
  const message = `The portal answered ${status}${detail.error ? ` ${detail.error}` : ""}`;
  if (status === 429) {
    const retryAfter = retryAfterSeconds(headers);
    return new OAuthError("rate_limited", message, {
      ...detail,
      ...(retryAfter && { retryAfter }),
    });
  }
  if (status >= 500) return new OAuthError("failing", message, detail);
  if (detail.error === "invalid_grant") return new OAuthError("invalid_grant", message, detail);
  if (detail.error === "invalid_client") return new OAuthError("invalid_client", message, detail);
  if (status === 401) return new OAuthError("invalid_token", message, detail);
  return new OAuthError("refused", message, detail);
}

function protocolError(json: unknown): Pick<FailureDetail, "error" | "description"> {
  if (!isRecord(json)) return {};
  const error = errorName(json.error);
  const description = harmless(json.error_description ?? json.message);
  return { ...(error && { error }), ...(description && { description }) };
}

/** A protocol error code fit for a log and a `switch`; null when it is not one. */
export function errorName(value: unknown): string | null {
  return typeof value === "string" && /^[a-z][a-z_.]{0,59}$/i.test(value) ? value : null;
}

/** A portal's own words without anything that could be a code, a token or a secret. */
export function harmless(value: unknown): string | null {
  if (typeof value !== "string") return null;
  return value
    .replace(/[^\s"'<>()[\]{},;]{16,}/g, "…")
    .replace(/\p{C}/gu, " ")
    .slice(0, 200);
}

function retryAfterSeconds(headers: Headers) {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
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

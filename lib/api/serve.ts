import "server-only";
import { findKey, type KeyCall, type ServiceKey } from "@/lib/accounts/clients/service-keys";
import { isDatabaseTrouble } from "@/lib/db/trouble";
import { settings } from "@/lib/env";
import { log, traceOf } from "@/lib/process/log";
import { RETRY_AFTER } from "@/lib/process/server/unavailable.mjs";
import { inSpan } from "@/lib/process/spans";
import { logSummed } from "@/lib/process/summed-log";
import type { ApiRequest, ApiResponse } from "./exchange";
import { takeFor } from "./rate-limit";
import { type ApiProblem, type CallResult, requestIdOf, respond } from "./respond";

/** Who asks, and under which id that is known. */
export type Caller = { key: ServiceKey; requestId: string };

/** What every call has in common: who is it, may they, not too often; a span, and one line in the log. */
export function serve(
  request: ApiRequest,
  call: KeyCall,
  handle: (caller: Caller) => Promise<CallResult>,
): Promise<ApiResponse> {
  const caller = request.headers.get("traceparent");
  const facts = { "http.request.method": request.method, "portico.call": call };
  return inSpan({ name: `api ${call}`, facts, caller }, async (note) => {
    const { key, response } = await answerCall(request, call, handle);
    note({
      "portico.client": key?.client,
      "portico.key": key?.id,
      "http.response.status_code": response.status,
    });
    return response;
  });
}

async function answerCall(
  request: ApiRequest,
  call: KeyCall,
  handle: (caller: Caller) => Promise<CallResult>,
) {
  const began = performance.now();
  const requestId = requestIdOf(request);
  const { key, outcome, headers } = await attempt(request, { call, requestId }, handle);
  const response = respond(outcome, requestId, headers);
  const refused = !key || response.status === 429;
  const write = refused ? logSummed : log; // of what is refused there may be any number
  write("info", "api.answered", {
    request: requestId,
    call,
    key: key?.id,
    status: response.status,
    ms: Math.round(performance.now() - began),
  });
  return { key, response };
}

type Attempt = { key?: ServiceKey; outcome: CallResult; headers?: Record<string, string> };

async function attempt(
  request: ApiRequest,
  { call, requestId }: { call: KeyCall; requestId: string },
  handle: (caller: Caller) => Promise<CallResult>,
): Promise<Attempt> {
  const known: Omit<Attempt, "outcome"> = {};
  try {
    const credentials = bearerOf(request);
    const key = credentials && (await findKey(credentials));
    if (!key) return { outcome: unauthorized(credentials) };
    known.key = key;
    const { allowed, retryAfter, headers } = takeFor(key.id, settings().apiRate, performance.now());
    known.headers = headers;
    if (!allowed) return { ...known, outcome: rateLimited(retryAfter) };
    if (!key.calls.includes(call)) return { ...known, outcome: forbidden(call) };
    return { ...known, outcome: await handle({ key, requestId }) };
  } catch (error) {
    log("error", "api.failed", { request: requestId, call, ...traceOf(error) });
    return { ...known, outcome: isDatabaseTrouble(error) ? unavailable : internal };
  }
}

/** RFC 6750 section 2.1. */
function bearerOf({ headers }: ApiRequest): string | null {
  const [, credentials = null] = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  return credentials;
}

/** RFC 6750 section 3: a caller without a key is told only that one is needed. */
function unauthorized(credentials: string | null): ApiProblem {
  const error = credentials ? ', error="invalid_token"' : "";
  return {
    problem: "unauthorized",
    detail: credentials
      ? "This service key is unknown or has been withdrawn."
      : "Send a service key as Authorization: Bearer.",
    headers: { "www-authenticate": `Bearer realm="api/v1"${error}` },
  };
}

function forbidden(call: KeyCall): ApiProblem {
  const challenge = `Bearer realm="api/v1", error="insufficient_scope", scope="${call}"`;
  return {
    problem: "forbidden",
    detail: `This service key was made without the call "${call}".`,
    headers: { "www-authenticate": challenge },
  };
}

function rateLimited(seconds: number): ApiProblem {
  return {
    problem: "rate_limited",
    detail: "This service key asks faster than it may.",
    headers: { "retry-after": String(seconds) },
  };
}

const unavailable: ApiProblem = {
  problem: "unavailable",
  detail: "Nothing is wrong with the request. Try again in a moment.",
  headers: { "retry-after": RETRY_AFTER },
};

const internal: ApiProblem = {
  problem: "internal",
  detail: "Our log knows more under the request id.",
};

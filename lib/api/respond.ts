import "server-only";
import { randomUUID } from "node:crypto";
import { settings } from "@/lib/env";
import type { ApiRequest, ApiResponse } from "./exchange";

/** How the API says what a call came to, over HTTP; what went wrong as RFC 9457 has it. */

/** Each kind of problem with its status and its title; callers branch on the kind or on the status. */
export const problemKinds = {
  invalid_request: { status: 400, title: "The request is not as documented" },
  unauthorized: { status: 401, title: "A service key is needed" },
  forbidden: { status: 403, title: "This service key is not for this call" },
  not_found: { status: 404, title: "There is no such thing" },
  method_not_allowed: { status: 405, title: "Not with this method" },
  signature_needed: { status: 409, title: "This portal wants each request signed" },
  last_way_in: { status: 409, title: "It is its user's last way to sign in" },
  not_finished: { status: 409, title: "The session is not finished" },
  link_needed: { status: 409, title: "This portal gives nothing without a user" },
  already_linked: { status: 409, title: "The link is there already" },
  linked_for_another: { status: 409, title: "The link is there for another user of yours" },
  member_linked_elsewhere: { status: 409, title: "The member has a link here that is not yours" },
  refused_by_the_portal: { status: 409, title: "The portal does not accept the tokens" },
  content_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The body is not JSON" },
  rate_limited: { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Something went wrong here" },
  unavailable: { status: 503, title: "The database does not answer" },
  portal_unavailable: { status: 503, title: "The portal cannot be asked now" },
} as const;

export type ProblemKind = keyof typeof problemKinds;

/** One thing that is wrong with a request, and where: in its body by JSON Pointer, or in its query by name. */
export type RequestError = { detail: string } & ({ pointer: string } | { parameter: string });

export type ApiProblem = {
  problem: ProblemKind;
  detail: string;
  errors?: readonly RequestError[];
  /** The call to make instead. */
  next?: { method: "POST"; path: string };
  /** What else is said, RFC 9457 section 3.2. */
  more?: Record<string, string | number | boolean>;
  headers?: Record<string, string>;
};

/** What a call comes to: a body, or why there is none. */
export type CallResult = { body: object; status?: 201 } | ApiProblem;

export function notFound(detail: string): ApiProblem {
  return { problem: "not_found", detail };
}

export const noSuchLink = notFound("There is no such link, or not for this service key.");

export const noSuchSession = notFound("Your client has no such connect session.");

export function invalid(errors: readonly RequestError[]): ApiProblem {
  const detail = errors.length === 1 ? "One thing is wrong with it." : "Several things are wrong.";
  return { problem: "invalid_request", detail, errors };
}

/** What a caller may call a request: fit for a header, a log line and a column. */
const SANE = /^[\w.:-]{1,100}$/;

/** The caller's own id of a request, or a new one. It is in the answer, in the log and in the record of vends. */
export function requestIdOf({ headers }: ApiRequest): string {
  const given = headers.get("x-request-id") ?? "";
  return SANE.test(given) ? given : randomUUID();
}

/** An outcome as HTTP has it. Nothing of it may be kept on the way. */
export function respond(
  outcome: CallResult,
  requestId: string,
  headers: Record<string, string> = {},
): ApiResponse {
  const usual = { ...headers, "x-request-id": requestId, "cache-control": "no-store" };
  if (!("problem" in outcome)) {
    const type = { "content-type": "application/json" };
    const { status = 200, body } = outcome;
    return { status, headers: { ...usual, ...type }, body: JSON.stringify(body) };
  }
  const { status } = problemKinds[outcome.problem];
  const body = problemBody(outcome, { origin: settings().origin, requestId });
  const type = { "content-type": "application/problem+json" };
  return { status, headers: { ...outcome.headers, ...usual, ...type }, body: JSON.stringify(body) };
}

/** RFC 9457. */
export function problemBody(
  { problem, detail, errors, next, more }: ApiProblem,
  { origin, requestId }: { origin: string; requestId: string },
) {
  const { status, title } = problemKinds[problem];
  return {
    type: `${origin}/api/v1/openapi.json#/components/responses/${problem}`,
    title,
    status,
    detail,
    code: problem,
    request_id: requestId,
    ...(errors && { errors }),
    ...(next && { next }),
    ...more,
  };
}

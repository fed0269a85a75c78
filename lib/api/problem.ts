import "server-only";

/** What the API says when it does not do what it was asked: RFC 9457, as values. */

/** Each kind with its status and its title; callers branch on the kind or on the status. */
export const problemKinds = {
  invalid_request: { status: 400, title: "The request is not as documented" },
  unauthorized: { status: 401, title: "A service key is needed" },
  forbidden: { status: 403, title: "This service key is not for this call" },
  not_found: { status: 404, title: "There is no such thing" },
  method_not_allowed: { status: 405, title: "Not with this method" },
  signature_needed: { status: 409, title: "This portal wants each request signed" },
  content_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The body is not JSON" },
  rate_limited: { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Something went wrong here" },
  unavailable: { status: 503, title: "The database does not answer" },
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
  headers?: Record<string, string>;
};

export function notFound(detail: string): ApiProblem {
  return { problem: "not_found", detail };
}

export function invalid(errors: readonly RequestError[]): ApiProblem {
  const detail = errors.length === 1 ? "One thing is wrong with it." : "Several things are wrong.";
  return { problem: "invalid_request", detail, errors };
}

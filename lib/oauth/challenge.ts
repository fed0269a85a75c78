import type { SaidError } from "./errors";

/** Schemes under which tokens are shown: RFC 6750 section 3, draft 10 of OAuth 2.0 section 5.2, RFC 9449 section 7.1. */
const SCHEME = /(?:^|,\s*)(?:bearer|oauth|dpop)\s+/i;

/**
 * The error that a `WWW-Authenticate` header names, RFC 6750 section 3.1. Some portals write its values in single quotes.
 * @returns null when there is none: a challenge without an error, or a gateway's own, `Basic realm="…"`
 */
export function challengeError(headers: Headers): SaidError | null {
  const header = (headers.get("www-authenticate") ?? "").slice(0, 2_000);
  const begins = SCHEME.exec(header);
  if (!begins) return null;
  const parameters = header.slice(begins.index + begins[0].length);
  const error = parameter(parameters, "error");
  if (!error || !ERRORS.includes(error)) return null;
  return { error, message: parameter(parameters, "error_description") };
}

/** RFC 6750 section 3.1, and draft 10's word for a token that has ended. Of a grant a challenge says nothing. */
const ERRORS = ["invalid_request", "invalid_token", "insufficient_scope", "expired_token"];

function parameter(parameters: string, name: string): string | null {
  const found = new RegExp(
    `(?:^|[\\s,])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s,"']+))`,
    "i",
  ).exec(parameters);
  return found?.[1] ?? found?.[2] ?? found?.[3] ?? null;
}

import { type Answer, json } from "../../answer";

/** The Spark API's envelope, and its list of errors (docs/supporting_documentation/error_codes). */

const errors = {
  404: [404, "Not Found"],
  406: [406, "Not Acceptable"],
  1000: [401, "Invalid API key and/or request signed improperly"],
  1010: [401, "API key is disabled"],
  1013: [403, "The authentication mechanism is not permitted for this API key"],
  1015: [403, "The user cannot be identified, or is inactive"],
  1016: [400, "X-SparkApi-User-Agent header is required"],
  1019: [403, "This API key is restricted to certain IP addresses or User-Agent values"],
  1020: [401, "Session token has expired"],
  1021: [403, "This API key must use the replication endpoint"],
  1023: [503, "The user's account is not yet available in Spark"],
  1035: [400, "The request body is not JSON, or its Content-Type is not application/json"],
  1050: [400, "A parameter is invalid"],
  1500: [403, "Not available at this service level"],
  1550: [429, "Over rate limit"],
} as const satisfies Readonly<Record<number, readonly [status: number, message: string]>>;

export type ErrorCode = keyof typeof errors;

export function success(results: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) {
  return json(200, { D: { Success: true, Results: results, ...more } });
}

export function failure(code: ErrorCode): Answer {
  const [status, message] = errors[code];
  const answer = json(status, { D: { Success: false, Message: message, Code: code } });
  if (code !== 1550) return answer;
  return { ...answer, headers: { ...answer.headers, "Retry-After": "30" } };
}

/** Spark's documentation has single quotes in this header, against RFC 9110. */
const challenges = {
  Bearer: "Bearer realm='Flexmls API', error='invalid_token'",
  OAuth: "OAuth realm='Flexmls API', error='expired_token'",
};

export function expired(scheme: keyof typeof challenges): Answer {
  const answer = failure(1020);
  return { ...answer, headers: { ...answer.headers, "WWW-Authenticate": challenges[scheme] } };
}

import type { Answer, Parameter } from "../../answer";
import { altered, withMore, without, withValues } from "../../callback-faults";
import type { AnswerFault, AnswerFaults } from "../../fault";
import type { Portal } from "../../portal";
import { Refusal } from "../../protocols/oauth1/refusal";
import { type Problem, problemAnswer, problemOf } from "./errors";

/** The faults with ImmoScout24's own wording. */

const problems: Readonly<Record<string, Problem>> = {
  unauthorized: problemOf(
    new Refusal("authentication", "Invalid signature for signature method HMAC-SHA1"),
  ),
  "nonce-expired": problemOf(new Refusal("timestamp-or-nonce", "Expired timestamp.")),
  "access-denied": {
    code: "ERROR_COMMON_ACCESS_DENIED",
    message: "Access is denied for this operation.",
  },
  "not-found": { code: "ERROR_COMMON_RESOURCE_NOT_FOUND", message: "Resource not found." },
  unavailable: { code: "ERROR_COMMON_SERVICE_UNAVAILABLE", message: "Service unavailable." },
};

const rateLimit = {
  "Retry-After": "30",
  "X-RateLimit-Limit": "2000",
  "X-RateLimit-Remaining": "0",
};

/** 2,000 requests a minute. */
function rateLimited(envelope: "xml" | "json"): AnswerFault {
  const code = "ERROR_COMMON_TOO_MANY_REQUESTS";
  const answer = problemAnswer({ code, message: "Rate limit exceeded." }, envelope);
  return { instead: () => ({ ...answer, headers: { ...answer.headers, ...rateLimit } }) };
}

function problemFaults(envelope: "xml" | "json"): AnswerFaults {
  const faults = Object.entries(problems).map(([kind, problem]) => [
    kind,
    { instead: () => problemAnswer(problem, envelope) },
  ]);
  return { ...Object.fromEntries(faults), "rate-limited": rateLimited(envelope) };
}

/** Token answers are forms. */
const tokenAnswers: AnswerFaults = {
  "missing-token": { spoil: withForm((form) => form.delete("oauth_token")) },
  "missing-secret": { spoil: withForm((form) => form.delete("oauth_token_secret")) },
  "duplicate-token": { spoil: withForm((form) => form.append("oauth_token", "another")) },
  "extra-fields": { spoil: withForm((form) => form.append("example", "value")) },
  oversized: { spoil: withForm((form) => form.append("padding", "x".repeat(5_000_000))) },
  json: { spoil: asJson },
};

const tokens = { ...problemFaults("xml"), ...tokenAnswers };

export const immoScout24Faults: Portal["faults"] = {
  request_token: tokens,
  access_token: tokens,
  me: problemFaults("json"),
  api: problemFaults("json"),
  callback: {
    "other-state": (callback) => withValues(callback, "state", () => ["error"]),
    "foreign-token": (callback) => withValues(callback, "oauth_token", (token) => [altered(token)]),
    "duplicate-token": (callback) => withMore(callback, [["oauth_token", "another-token"]]),
    "no-token": (callback) => without(callback, "oauth_token"),
    "no-verifier": (callback) => without(callback, "oauth_verifier"),
    "altered-verifier": (callback) =>
      withValues(callback, "oauth_verifier", (verifier) => [altered(verifier)]),
    "altered-state": (callback) => withValues(callback, "state", otherDecision),
    "duplicate-state": (callback) =>
      withValues(callback, "state", (state) => [state, ...otherDecision(state)]),
  },
};

function otherDecision(state: string) {
  return [state === "authorized" ? "rejected" : "authorized"];
}

/** Changes a good answer; a refusal stays as it is. */
function withForm(change: (form: URLSearchParams) => void) {
  return (answer: Answer): Answer => {
    if (answer.status !== 200) return answer;
    const form = new URLSearchParams(answer.body);
    change(form);
    return { ...answer, body: String(form) };
  };
}

function asJson(answer: Answer): Answer {
  if (answer.status !== 200) return answer;
  const fields: Parameter[] = [...new URLSearchParams(answer.body)];
  const headers = { ...answer.headers, "Content-Type": "application/json" };
  return { ...answer, headers, body: JSON.stringify(Object.fromEntries(fields)) };
}

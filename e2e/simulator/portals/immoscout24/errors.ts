import { type Answer, json, text } from "../../answer";
import type { Refusal } from "../../protocols/oauth1/refusal";
import type { PortalRequest } from "../../request";
import type { ImmoScout24Options } from "./options";

/** ImmoScout24's errors: the codes of messages-1.0.xsd, in one of several formats. */

const problems = {
  ERROR_COMMON_AUTHENTICATION_REQUIRED: 401,
  ERROR_COMMON_AUTHENTICATION_OAUTH_NONCE_EXPIRED: 401,
  ERROR_COMMON_ACCESS_DENIED: 403,
  ERROR_COMMON_RESOURCE_NOT_FOUND: 404,
  ERROR_COMMON_ACCEPT_TYPE_NOT_APPLICABLE: 404, // "404, not 406"
  ERROR_RESOURCE_VALIDATION: 412,
  ERROR_COMMON_TOO_MANY_REQUESTS: 429,
  ERROR_COMMON_SERVICE_UNAVAILABLE: 503,
} as const;

export type Problem = { code: keyof typeof problems; message: string };

type Envelope = Exclude<ImmoScout24Options["errors"], "accept">;

/** "Authentication is required for this operation. [ERROR MESSAGE: …]" */
export function problemOf({ reason, message }: Refusal): Problem {
  const code =
    reason === "timestamp-or-nonce"
      ? "ERROR_COMMON_AUTHENTICATION_OAUTH_NONCE_EXPIRED"
      : "ERROR_COMMON_AUTHENTICATION_REQUIRED";
  const sentence = "Authentication is required for this operation.";
  return { code, message: `${sentence} [ERROR MESSAGE: ${message}]` };
}

export function problemAnswer(problem: Problem, envelope: Envelope): Answer {
  return envelopes[envelope](problems[problem.code], problem);
}

/** XML, unless the request asks for JSON. */
export function envelopeFor({ headers }: PortalRequest, errors: ImmoScout24Options["errors"]) {
  if (errors !== "accept") return errors;
  return headers.accept?.includes("application/json") ? "json" : "xml";
}

const envelopes: Readonly<Record<Envelope, (status: number, problem: Problem) => Answer>> = {
  json: (status, { code, message }) =>
    json(status, { "common.messages": [{ message: { messageCode: code, message } }] }),
  flat: (status, { code, message }) => json(status, { messageCode: code, message }),
  text: (status, { message }) => text(status, message),
  xml: (status, { code, message }) => ({
    status,
    headers: { "Content-Type": "application/xml;charset=UTF-8" },
    body: `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<common:messages xmlns:common="http://rest.immobilienscout24.de/schema/common/1.0"><message><messageCode>${code}</messageCode><message>${escapeXml(message)}</message></message></common:messages>`,
  }),
};

function escapeXml(message: string) {
  return message.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

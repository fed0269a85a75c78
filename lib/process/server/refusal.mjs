import { randomUUID } from "node:crypto";
import { isApiCall } from "./api-listener.mjs";
import { plainPage, plainPageHeaders } from "./plain-page.mjs";
import { refusalWords } from "./refusal-words.mjs";
import { ALLOW } from "./request-checks.mjs";

/** Why a request is not even handed on. What a person is told is `refusals` in messages; a program is told it in English. */
const refusals = {
  target: { status: 400, code: "invalid_request" },
  header: { status: 400, code: "invalid_request" },
  form: { status: 400, code: "invalid_request" },
  origin: { status: 403, code: "forbidden" },
  method: { status: 405, code: "method_not_allowed" },
  too_large: { status: 413, code: "content_too_large" },
  expectation: { status: 417, code: "invalid_request" },
};

/** @typedef {keyof typeof refusals} Reason */

/**
 * Answers instead of Next: with a page, or with problem details (RFC 9457) to a call of the API.
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response that has the security headers already
 * @param {{ reason: Reason, place: { origin: string } }} why
 */
export function refuse({ method = "", url = "", headers: asked }, response, { reason, place }) {
  const { status, code } = refusals[reason];
  const { language, words } = refusalWords(isApiCall(url) ? {} : asked);
  const { title, body } = words[reason];
  const allow = reason === "method" ? { allow: ALLOW } : {};
  const [headers, text] = isApiCall(url)
    ? problem({ status, code, title, body, origin: place.origin })
    : [plainPageHeaders, plainPage({ title, body, next: words.next, language })];
  response.writeHead(status, {
    ...headers,
    ...allow,
    "content-length": Buffer.byteLength(text),
  });
  response.end(method === "HEAD" ? undefined : text);
  const line = { at: new Date().toISOString(), level: "info", event: "request.refused" };
  console.log(JSON.stringify({ ...line, status, reason, method }));
}

/**
 * As `respond` in lib/api says it.
 * @param {{ status: number, code: string, title: string, body: string, origin: string }} problem
 * @returns {[Record<string, string>, string]}
 */
function problem({ status, code, title, body, origin }) {
  const request_id = randomUUID();
  const type = `${origin}/api/v1/openapi.json#/components/responses/${code}`;
  return [
    {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-request-id": request_id,
    },
    JSON.stringify({ type, title, status, detail: body, code, request_id }),
  ];
}

import { randomUUID } from "node:crypto";
import { isApiCall } from "./api-listener.mjs";
import { plainPage, plainPageHeaders } from "./plain-page.mjs";
import { ALLOW } from "./request-checks.mjs";

/** Why a request is not even handed on, with what a person and a program are told. */
const refusals = {
  target: {
    status: 400,
    code: "invalid_request",
    title: "We could not read this address",
    body: "Something in it is cut off or written wrongly. If you followed a link, the link is at fault.",
  },
  header: {
    status: 400,
    code: "invalid_request",
    title: "We could not read this request",
    body: "Something that your browser sent with it is not as it should be. Load the page again and try once more.",
  },
  form: {
    status: 400,
    code: "invalid_request",
    title: "We could not read this form",
    body: "It reached us incomplete, and nothing was changed. Load the page again and try once more.",
  },
  origin: {
    status: 403,
    code: "forbidden",
    title: "This did not come from our own page",
    body: "So nothing was changed. Open the page at its own address, and try once more.",
  },
  method: {
    status: 405,
    code: "method_not_allowed",
    title: "This address does not work that way",
    body: "It was asked with a method that it does not know.",
  },
  too_large: {
    status: 413,
    code: "content_too_large",
    title: "That was too much",
    body: "What was sent is larger than any form of ours, and nothing was changed.",
  },
  expectation: {
    status: 417,
    code: "invalid_request",
    title: "We cannot do what this request expects",
    body: "Its header Expect asks for something that we do not know.",
  },
};

/** @typedef {keyof typeof refusals} Reason */

/**
 * Answers instead of Next: with a page, or with problem details (RFC 9457) to a call of the API.
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response that has the security headers already
 * @param {{ reason: Reason, place: { origin: string } }} why
 */
export function refuse({ method = "", url = "" }, response, { reason, place }) {
  const { status, code, title, body } = refusals[reason];
  const allow = reason === "method" ? { allow: ALLOW } : {};
  const [headers, text] = isApiCall(url)
    ? problem({ status, code, title, body, origin: place.origin })
    : [plainPageHeaders, plainPage({ title, body, next: "Open the sign-in page" })];
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

import { randomBytes } from "node:crypto";
import http from "node:http";
import { answerApiFirst } from "./api-listener.mjs";
import { hasBody, wholeBody, withBody } from "./body.mjs";
import { connectCookies } from "./connect-cookie.mjs";
import { formProblem } from "./form-check.mjs";
import { markGuarded } from "./guard-mark.mjs";
import { asksForDocument, DOCUMENT_HEADER, PAGE_HEADER } from "./page-header.mjs";
import { refuse } from "./refusal.mjs";
import {
  isLastResort,
  methodProblem,
  nextHeadersProblem,
  originForm,
  originProblem,
} from "./request-checks.mjs";
import { pagePolicy, securityHeaders } from "./security-headers.mjs";
import { listenOnceStarted } from "./starting.mjs";
import { stopInTime } from "./stopping.mjs";
import { answering } from "./unavailable.mjs";

/**
 * The edge: what happens to a request before its server's own listener sees it. A server of ours around Next's would be simpler,
 * but a standalone build starts Next's.
 *
 * @typedef {http.IncomingMessage} Request
 * @typedef {http.ServerResponse} Answer
 * @typedef {import("./refusal.mjs").Reason} Reason
 * @typedef {{ origin: string, host: string, protocol: string, local: boolean, development: boolean }} Place
 */

/** From here on every server that is made is a guarded one, listens once the start is complete, and stops in time. */
export function guardServers() {
  markGuarded();
  const { createServer } = http;
  http.createServer = /** @type {typeof createServer} */ (
    (...args) => {
      const server = Reflect.apply(createServer, http, args);
      const isEdited = process.env.NODE_ENV === "development"; // then only Next has the newest
      if (!isEdited) answerApiFirst(server);
      guardServer(server);
      if (!isEdited) listenOnceStarted(server);
      return server;
    }
  );
}

/**
 * @param {http.Server} server that has its listener for requests already, and does not listen yet
 * @returns the same server: a guarded one, that stops in time
 */
export function guardServer(server) {
  guarded(server, placeFrom(process.env));
  stopInTime(server);
  return server;
}

/**
 * Where we are. An `AUTH_URL` that is wrong ends the start elsewhere, with a sentence.
 * @param {Readonly<Record<string, string | undefined>>} variables
 * @returns {Place}
 */
export function placeFrom({ AUTH_URL = "", NODE_ENV }) {
  const development = NODE_ENV === "development";
  const nowhere = { origin: "", host: "", protocol: "", local: false, development };
  if (!URL.canParse(AUTH_URL.trim())) return nowhere;
  const { origin, host, hostname, protocol } = new URL(AUTH_URL.trim());
  return {
    origin,
    host,
    protocol: protocol.slice(0, -1),
    local: hostname === "localhost",
    development,
  };
}

/**
 * @param {http.Server} server that has its listener for requests already
 * @param {Place} place
 * @returns the same server
 */
export function guarded(server, place) {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", async (request, answer) => {
    prepare(request, answer, place);
    const checked = await check(request, place);
    if (checked === null) return;
    if (typeof checked === "string") return refuse(request, answer, { reason: checked, place });
    answering(answer, () => {
      for (const listener of listeners) Reflect.apply(listener, server, [checked, answer]);
    });
  });
  server.on("checkExpectation", (request, answer) => {
    prepare(request, answer, place);
    refuse(request, answer, { reason: "expectation", place });
  });
  server.on("clientError", answerUnreadable);
  if (!place.development) ignoreUpgrades(server);
  return server;
}

/** What a proxy in front may have said, and what no request may say for us. */
const NOT_THEIRS = [
  "forwarded",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "content-security-policy-report-only",
];

/**
 * Gives every answer its headers, and Next a request that names our own host, also when a proxy in front has named another: Next
 * compares the host with the origin of a form.
 * @param {Request} request
 * @param {Answer} answer
 * @param {Place} place
 */
function prepare(request, answer, place) {
  const { headers } = request;
  const policy = pagePolicy(randomBytes(16).toString("base64"), place);
  for (const cookie of connectCookies(request, place.origin)) {
    answer.appendHeader("set-cookie", cookie);
  }
  sendUnlessGiven(answer, [...securityHeaders, ["Content-Security-Policy", policy]]);
  headers["content-security-policy"] = policy; // Next finds the nonce here
  for (const name of NOT_THEIRS) delete headers[name];
  headers[PAGE_HEADER] = request.url?.split("?", 1)[0] ?? "";
  headers[DOCUMENT_HEADER] = asksForDocument(headers);
  if (!place.origin) return;
  headers.host = place.host;
  headers["x-forwarded-host"] = place.host;
  headers["x-forwarded-proto"] = place.protocol;
}

const NOTHING = Buffer.alloc(0);

/** Where Next has its page for what is not there. */
const NOWHERE = "/_not-found";

/**
 * @param {Request} request
 * @param {Place} place
 * @returns {Promise<Request | Reason | null>} the request to hand on, or why it is not; null when its client has gone away
 */
async function check(request, { origin }) {
  const target = originForm(request.url ?? "");
  if (target === null) return "target";
  request.url = isLastResort(target) ? NOWHERE : target;
  const problem =
    methodProblem(request) ?? originProblem(request, origin) ?? nextHeadersProblem(request);
  if (problem) return problem;
  if (!hasBody(request)) return (await formProblem(request, NOTHING)) ?? request;
  const body = await wholeBody(request).catch(() => undefined);
  if (body === undefined) return null;
  if (body === null) return "too_large";
  return (await formProblem(request, body)) ?? withBody(request, body);
}

/**
 * An answer may have a header of its own instead: Next adds none of a handler's where there is one already. A policy of its own
 * says which sites may frame it, so nothing else does.
 * @param {Answer} answer
 * @param {readonly (readonly [string, string])[]} headers
 */
function sendUnlessGiven(answer, headers) {
  const { writeHead } = answer;
  answer.writeHead = /** @type {typeof writeHead} */ (
    (...args) => {
      const given = new Set(answer.getHeaderNames());
      if (given.has("content-security-policy")) given.add("x-frame-options");
      for (const [name, value] of headers) {
        if (!given.has(name.toLowerCase())) answer.setHeader(name, value);
      }
      return Reflect.apply(writeHead, answer, args);
    }
  );
}

/** The statuses with which Node answers what is no HTTP, or takes too long to come. @type {Record<string, string>} */
const STATUSES = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Payload Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/**
 * @param {Error & { code?: string }} error
 * @param {import("node:stream").Duplex} socket
 */
function answerUnreadable({ code = "" }, socket) {
  if (!socket.writable || code === "ECONNRESET") return socket.destroy();
  const status = STATUSES[code] ?? "400 Bad Request";
  const headers = securityHeaders.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}

/**
 * None of our addresses is a web socket, and a server may go on in HTTP/1.1 (RFC 9110 section 7.8). Next would hang up.
 * @param {http.Server} server
 */
function ignoreUpgrades(server) {
  server.on("newListener", (event) => {
    if (event === "upgrade") process.nextTick(() => server.removeAllListeners("upgrade"));
  });
}

import "server-only";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { log, traceOf } from "@/lib/process/log";
import type { ApiRequest, ApiResponse } from "./exchange";

type Answer = (request: ApiRequest) => ApiResponse | Promise<ApiResponse>;

const zip = promisify(gzip);

/** From this size on, in bytes, an answer may be compressed: below it, nothing is won. */
const WORTH_ZIPPING = 1_024;

/** The API as `node:http` takes it. */
export function listenerFor(answer: Answer): RequestListener {
  return (incoming, outgoing) => {
    serve(answer, incoming, outgoing).catch((error) => {
      log("error", "api.failed", traceOf(error));
      outgoing.destroy();
    });
  };
}

async function serve(answer: Answer, incoming: IncomingMessage, outgoing: ServerResponse) {
  const { status, headers, body, zipped } = await answer(requestFrom(incoming, outgoing));
  const sent = Buffer.from(body ?? "");
  const isRead = incoming.method === "GET"; // the answer to a POST holds a token: it is short, and not to be compressed
  const isZipped = isRead && sent.length >= WORTH_ZIPPING && takesGzip(incoming);
  const content = isZipped ? await (zipped?.() ?? zip(sent)) : sent;
  outgoing.writeHead(status, {
    ...headers,
    ...(body !== null && { "content-length": content.length }),
    ...(isZipped && { "content-encoding": "gzip" }),
    ...(isRead && { vary: "accept-encoding" }),
  });
  outgoing.end(incoming.method === "HEAD" ? undefined : content);
}

function requestFrom(incoming: IncomingMessage, outgoing: ServerResponse): ApiRequest {
  const { method = "GET", url = "/", headers } = incoming;
  return {
    method,
    url,
    headers: { get: (name) => headers[name]?.toString() ?? null },
    body: method === "GET" || method === "HEAD" ? null : incoming,
    get signal() {
      return goneSignal(outgoing);
    },
  };
}

/** Made only where it is asked for: most calls are answered at once. */
function goneSignal(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (outgoing.destroyed) gone.abort();
  outgoing.once("close", () => gone.abort());
  return gone.signal;
}

/** RFC 9110 section 12.5.3, for the one coding that is offered. */
function takesGzip({ headers }: IncomingMessage): boolean {
  return String(headers["accept-encoding"] ?? "")
    .split(",")
    .map((each) => each.toLowerCase().replaceAll(/\s/g, "").split(";"))
    .some(([coding, weight]) => coding === "gzip" && !/^q=0(\.0*)?$/.test(weight ?? ""));
}

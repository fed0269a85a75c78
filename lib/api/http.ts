import "server-only";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { log, traceOf } from "@/lib/process/log";

/** What answers a request of the web's kind, told to `node:http`. Next's own way from one to the other costs more than the answer. */

type Answer = (request: Request) => Response | Promise<Response>;

const zip = promisify(gzip);

/** From this size on, in bytes, an answer may be compressed: below it, nothing is won. */
const WORTH_ZIPPING = 1_024;

export function listenerFor(answer: Answer): RequestListener {
  return (incoming, outgoing) => {
    serve(answer, incoming, outgoing).catch((error) => {
      log("error", "api.failed", traceOf(error));
      outgoing.destroy();
    });
  };
}

async function serve(answer: Answer, incoming: IncomingMessage, outgoing: ServerResponse) {
  const response = await answer(await requestFrom(incoming));
  const body = Buffer.from(await response.arrayBuffer());
  const isRead = incoming.method === "GET"; // the answer to a POST holds a token: it is short, and not to be compressed
  const isZipped = isRead && body.length >= WORTH_ZIPPING && takesGzip(incoming);
  const sent = isZipped ? await zip(body) : body;
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    ...(response.status !== 204 && { "content-length": sent.length }),
    ...(isZipped && { "content-encoding": "gzip" }),
    ...(isRead && { vary: "accept-encoding" }),
  });
  outgoing.end(incoming.method === "HEAD" ? undefined : sent);
}

async function requestFrom(incoming: IncomingMessage): Promise<Request> {
  const { method = "GET", url = "/", headers } = incoming;
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const takesBody = method !== "GET" && method !== "HEAD";
  return new Request(`http://localhost${url}`, {
    method,
    headers: headers as Record<string, string>, // only `set-cookie` would be a list, and no request has it
    ...(takesBody && chunks.length > 0 && { body: new Uint8Array(Buffer.concat(chunks)) }),
  });
}

/** RFC 9110 section 12.5.3, for the one coding that is offered. */
function takesGzip({ headers }: IncomingMessage): boolean {
  return String(headers["accept-encoding"] ?? "")
    .split(",")
    .map((each) => each.toLowerCase().replaceAll(/\s/g, "").split(";"))
    .some(([coding, weight]) => coding === "gzip" && !/^q=0(\.0*)?$/.test(weight ?? ""));
}

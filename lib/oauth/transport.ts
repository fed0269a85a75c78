import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { type FailureDetail, OAuthError } from "./errors";
import { secretsIn } from "./secrets";

/** How long a portal may take for headers and body together. */
const DEADLINE_MS = 8_000;

/** How long it may take until there is a connection; shorter, so that there is time for a second try. */
const CONNECT_MS = 4_000;

/** The most an answer may weigh. Token responses and member records are a few kilobytes. */
export const ANSWER_LIMIT_BYTES = 256 * 1024;

export type Answer = {
  status: number;
  headers: Headers;
  body: string;
  /** What the question held that may not be repeated, in a log for example. */
  secrets?: readonly string[];
};

export type Call = {
  url: string;
  method?: "GET" | "POST" | "DELETE";
  headers?: Record<string, string>;
  body?: string;
  /** Milliseconds for headers and body together; `DEADLINE_MS` unless told. */
  deadline?: number;
};

/**
 * One request to a portal, one whole answer of any status. Redirects are not followed. Each request has a connection of its
 * own: one that was kept may be closed by the other side in the moment it is used, and what was sent then is lost. What is
 * safe to send again is sent once more when it got no answer: a read, and anything that certainly never arrived.
 * @throws {OAuthError} `timed_out`, `unreachable`, `redirected` or `too_large`
 */
export async function send({ deadline = DEADLINE_MS, ...call }: Call): Promise<Answer> {
  const signal = AbortSignal.timeout(deadline);
  try {
    return await sendOnce(call, signal, deadline);
  } catch (error) {
    if (signal.aborted || !maySendAgain(error, call)) throw error;
    return sendOnce(call, signal, deadline);
  }
}

/** RFC 9110 section 9.2.2. A signed request is good once: its nonce may not come again (RFC 5849 section 3.3). */
function maySendAgain(error: unknown, { method = "GET", headers = {} }: Call) {
  if (!(error instanceof OAuthError) || error.code !== "unreachable") return false;
  const isSigned = /oauth_nonce=/.test(headers.authorization ?? "");
  return error.detail.sent === false || (method === "GET" && !isSigned);
}

async function sendOnce(
  call: Omit<Call, "deadline">,
  signal: AbortSignal,
  deadline: number,
): Promise<Answer> {
  const way = { connected: false };
  try {
    const response = await responseTo(call, signal, way);
    const { statusCode: status = 0 } = response;
    if (status >= 300 && status < 400) {
      response.destroy();
      throw new OAuthError("redirected", "The portal answered with a redirect", { status });
    }
    const body = await readBody(response, status);
    return { status, headers: headersOf(response), body, secrets: secretsIn(call) };
  } catch (cause) {
    if (cause instanceof OAuthError) throw cause;
    const detail: FailureDetail = way.connected ? {} : { sent: false };
    if (signal.aborted) {
      throw new OAuthError("timed_out", `No whole answer within ${deadline} ms`, detail, cause);
    }
    throw new OAuthError("unreachable", "The connection to the portal failed", detail, cause);
  }
}

/** @param way learns whether there was a connection, TLS included: before that, nothing of the request is sent */
function responseTo(
  { url, method = "GET", headers, body }: Omit<Call, "deadline">,
  signal: AbortSignal,
  way: { connected: boolean },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = url.startsWith("https:");
    const request = (secure ? https : http).request(url, {
      method,
      headers: { ...headers, "accept-encoding": "identity" },
      agent: false,
      signal,
    });
    const late = setTimeout(() => request.destroy(new Error("No connection")), CONNECT_MS);
    request.on("socket", (socket) => {
      socket.once(secure ? "secureConnect" : "connect", () => {
        way.connected = true;
        clearTimeout(late);
      });
    });
    request.on("response", resolve);
    request.on("error", reject); // also after the response: then nothing waits for it any more
    request.on("close", () => {
      clearTimeout(late);
      reject(new Error("Closed without an answer")); // after an answer this does nothing
    });
    request.end(body);
  });
}

function headersOf({ rawHeaders }: IncomingMessage) {
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  }
  return headers;
}

/** RFC 9110 section 8.4.1. We ask for none; some gateways compress all the same. */
const decoders = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

function decoded(response: IncomingMessage): Readable {
  const coding = response.headers["content-encoding"]?.trim().toLowerCase() ?? "";
  const decoder = Object.entries(decoders).find(([name]) => name === coding)?.[1];
  return decoder ? pipeline(response, decoder(), () => {}) : response; // a failure comes up where it is read
}

async function readBody(response: IncomingMessage, status: number) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of decoded(response)) {
    size += chunk.length;
    if (size > ANSWER_LIMIT_BYTES) {
      const sentence = `The answer is larger than ${ANSWER_LIMIT_BYTES} bytes`;
      throw new OAuthError("too_large", sentence, { status });
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

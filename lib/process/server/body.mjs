import { IncomingMessage } from "node:http";

/** No form and no call of ours comes near it; Next's own limit, one megabyte, is an error of the server there. */
export const LARGEST_BODY = 256 * 1024;

/** @param {IncomingMessage} request */
export function hasBody({ headers }) {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/**
 * The whole body. Too large, and the rest of it is read and forgotten: a client that is still sending would not see an answer
 * otherwise.
 * @param {IncomingMessage} request
 * @returns {Promise<Buffer | null>} null as soon as it is larger than `LARGEST_BODY` bytes
 * @throws when the client goes away in the middle
 */
export async function wholeBody(request) {
  if (Number(request.headers["content-length"] ?? 0) > LARGEST_BODY) return tooLarge(request);
  /** @type {Buffer[]} */
  const chunks = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      size += chunk.length;
      if (size <= LARGEST_BODY) chunks.push(chunk);
      else resolve(tooLarge(request.off("data", take)));
    };
    request.on("data", take);
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
    request.once("close", () => reject(new Error("The client went away")));
  });
}

/** @param {IncomingMessage} request */
function tooLarge(request) {
  request.resume();
  return null;
}

/**
 * The same request once more, with a body that has not been read yet.
 * @param {IncomingMessage} request
 * @param {Buffer} body
 */
export function withBody(request, body) {
  const again = new IncomingMessage(request.socket);
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } =
    request;
  Object.assign(again, { method, url, headers, rawHeaders, httpVersion });
  Object.assign(again, { httpVersionMajor, httpVersionMinor, complete: true });
  again.push(body);
  again.push(null);
  return again;
}

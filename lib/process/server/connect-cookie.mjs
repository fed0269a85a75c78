import { createHash, randomBytes } from "node:crypto";

/**
 * The cookie by which a connect session knows its browser. It is set when the session's page is looked at, before any button can be
 * pressed: a page that Next renders can set none. To look at the page uses nothing up, so previews and scanners may.
 */

/** More would crowd the request's headers. */
const MOST = 6;

const PAGE = /^\/connect\/s\/([\w-]{43})(?:[?#]|$)/;

/** @param {{ secure: boolean, port: string }} place */
function prefixAt({ secure, port }) {
  return secure ? "__Host-portico.connect." : `portico-${port}.connect.`;
}

/**
 * What the cookie of a session's page is called.
 * @param {string} secret from the page's address
 * @param {{ secure: boolean, port: string }} place
 */
export function connectCookieName(secret, place) {
  const hash = createHash("sha256").update(secret).digest("base64url");
  return prefixAt(place) + hash.slice(0, 22);
}

/**
 * The `Set-Cookie` headers with which a look at a session's page is answered; none for any other request.
 * @param {import("node:http").IncomingMessage} request
 * @param {{ secure: boolean, port: string }} place
 * @returns {string[]}
 */
export function connectCookies({ method, url = "", headers }, place) {
  const secret = method === "GET" ? PAGE.exec(url)?.[1] : undefined;
  if (secret === undefined) return [];
  const [name, prefix] = [connectCookieName(secret, place), prefixAt(place)];
  const carried = (headers.cookie ?? "")
    .split(";")
    .map((each) => each.trim().split("="))
    .filter(([each = ""]) => each.startsWith(prefix));
  if (carried.some(([each]) => each === name)) return [];
  const attributes = `; Path=/; HttpOnly; SameSite=Lax${place.secure ? "; Secure" : ""}`;
  const value = `${Date.now().toString(36)}.${randomBytes(32).toString("base64url")}`;
  const tooMany = carried
    .toSorted(([, one = ""], [, other = ""]) => startOf(other) - startOf(one))
    .slice(MOST - 1)
    .map(([each]) => `${each}=; Max-Age=0${attributes}`);
  return [`${name}=${value}; Max-Age=7200${attributes}`, ...tooMany];
}

/** @param {string} value */
function startOf(value) {
  return Number.parseInt(value, 36) || 0;
}

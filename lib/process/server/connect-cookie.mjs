import { createHash, randomBytes } from "node:crypto";

/**
 * The cookie by which a connect session knows its browser. It is set when the session's page is looked at, before any button can be
 * pressed: a page that Next renders can set none. To look at the page uses nothing up, so previews and scanners may.
 */

/** More would crowd the request's headers. */
const MOST = 6;

const PAGE = /^\/connect\/s\/([\w-]{43})(?:[?#]|$)/;

/**
 * The secret in the address of a session's page; null in any other address.
 * @param {string} target a path, with or without a query
 * @returns {string | null}
 */
export function connectSecretIn(target) {
  return PAGE.exec(target)?.[1] ?? null;
}

/** @param {string} origin ours; at http://localhost browsers send the cookies of one port to every other */
function prefixAt(origin) {
  return isSecure(origin)
    ? "__Host-portico.connect."
    : `portico-${new URL(origin).port || "80"}.connect.`;
}

/** @param {string} origin */
function isSecure(origin) {
  return origin.startsWith("https:");
}

/**
 * What the cookie of a session's page is called.
 * @param {string} secret from the page's address
 * @param {string} origin ours
 */
export function connectCookieName(secret, origin) {
  const hash = createHash("sha256").update(secret).digest("base64url");
  return prefixAt(origin) + hash.slice(0, 22);
}

/**
 * The `Set-Cookie` headers with which a look at a session's page is answered; none for any other request.
 * @param {import("node:http").IncomingMessage} request
 * @param {string} origin ours
 * @returns {string[]}
 */
export function connectCookies({ method, url = "", headers }, origin) {
  const secret = method === "GET" ? PAGE.exec(url)?.[1] : undefined;
  if (secret === undefined) return [];
  const [name, prefix] = [connectCookieName(secret, origin), prefixAt(origin)];
  const carried = (headers.cookie ?? "")
    .split(";")
    .map((each) => each.trim().split("="))
    .filter(([each = ""]) => each.startsWith(prefix));
  if (carried.some(([each]) => each === name)) return [];
  const attributes = `; Path=/; HttpOnly; SameSite=Lax${isSecure(origin) ? "; Secure" : ""}`;
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

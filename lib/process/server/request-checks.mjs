import { isApiCall } from "./api-listener.mjs";

/**
 * What can be wrong with a request before its body is read. Each check returns the reason, or null. A reason is a key of
 * `refusals` in refusal.mjs.
 * @typedef {import("node:http").IncomingMessage} IncomingMessage
 * @typedef {import("./refusal.mjs").Reason} Reason
 */

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export const ALLOW = METHODS.join(", ");

/**
 * TRACE and WebDAV's methods are for nothing here. Next cannot even read a TRACE.
 * @param {IncomingMessage} request
 * @returns {Reason | null}
 */
export function methodProblem({ method = "" }) {
  return METHODS.includes(method) ? null : "method";
}

/**
 * The target as Next takes it: a path and a query (RFC 9112 section 3.2.1). The absolute form says the same (3.2.2).
 * @param {string} target
 * @returns {string | null} null when no path can be read in it
 */
export function originForm(target) {
  if (target.startsWith("/")) return decodes(target.split("?", 1)[0] ?? "") ? target : null;
  if (!/^https?:\/\//i.test(target) || !URL.canParse(target)) return null;
  const { pathname, search } = new URL(target);
  return originForm(`${pathname}${search}`);
}

/**
 * Whether it is the address of Next's page of last resort. Next would show that to anybody who asks, with status 500.
 * @param {string} target in the origin form
 */
export function isLastResort(target) {
  const base = "http://localhost"; // not the base of `new URL`: a target may begin with two slashes
  return URL.canParse(base + target) && new URL(base + target).pathname === "/_global-error";
}

/** @param {string} path */
function decodes(path) {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * A request that changes something must come from a page of ours: the browser says so in `Origin`, with every POST. Not asked
 * of the API, which takes no cookie, and not where a portal calls us.
 * @param {IncomingMessage} request
 * @param {string} own our origin
 * @returns {Reason | null}
 */
export function originProblem({ method = "", url = "", headers }, own) {
  if (["GET", "HEAD", "OPTIONS"].includes(method)) return null;
  if (isApiCall(url) || /^\/api\/logout(\/|\?|$)/.test(url)) return null;
  const origin = headers.origin ?? "";
  return URL.canParse(origin) && new URL(origin).origin === own ? null : "origin";
}

const LONGEST_STATE = 40_000;

/**
 * Headers that only Next's own scripts send. Next takes one that it cannot read for an error of its own.
 * @param {IncomingMessage} request
 * @returns {Reason | null}
 */
export function nextHeadersProblem({ headers }) {
  const state = headers["next-router-state-tree"];
  if (state !== undefined && !isStateTree(state)) return "header";
  const action = headers["next-action"];
  if (action !== undefined && !/^[\da-f]{40,64}$/.test(String(action))) return "header";
  return null;
}

/** @param {string | string[]} text */
function isStateTree(text) {
  if (typeof text !== "string" || text.length > LONGEST_STATE) return false;
  try {
    return isNode(JSON.parse(decodeURIComponent(text)), 0);
  } catch {
    return false;
  }
}

const DEEPEST = 50;
const KINDS = /^(c|oc|d)$|^[cd]i\((\.|\.\.|\.\.\.|\.\.\)\(\.\.)\)$/;

/**
 * The shape that Next asserts: a segment, its children by name, and up to four values more.
 * @param {unknown} node
 * @param {number} depth
 * @returns {boolean}
 */
function isNode(node, depth) {
  if (depth > DEEPEST || !Array.isArray(node) || node.length < 2 || node.length > 6) return false;
  const [segment, children, url, mark, hints, more] = node;
  return (
    isSegment(segment) &&
    isRecord(children) &&
    Object.values(children).every((child) => isNode(child, depth + 1)) &&
    (url == null || (isTexts(url) && url.length === 2)) &&
    (mark == null || ["refetch", "inside-shared-layout", "metadata-only"].includes(mark)) &&
    (hints == null || typeof hints === "number") &&
    (more === undefined || typeof more === "string")
  );
}

/** @param {unknown} segment */
function isSegment(segment) {
  if (typeof segment === "string") return true;
  if (!Array.isArray(segment) || segment.length !== 4) return false;
  const [name, value, kind, siblings] = segment;
  return (
    isTexts([name, value, kind]) && KINDS.test(kind) && (siblings === null || isTexts(siblings))
  );
}

/**
 * @param {unknown} value
 * @returns {value is string[]}
 */
function isTexts(value) {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { addressProblem } from "@/lib/oauth/address";
import type { Connection } from "./connections";

/** Where a connection's credentials belong: the addresses under which its portal documents resources. */
export function apiBasesOf({ portal, endpoints }: Connection): string[] {
  if (!endpoints.API) return [];
  const api = endpoints.API.replace(/\/$/, "");
  return (portal.apiPaths ?? [""]).map((path) => api + path);
}

/** RFC 3986 appendix A: all that an address may be written with. `URL` repairs anything else, and servers repair it differently. */
const WRITTEN = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;

/**
 * Why an address is not one under a connection's API bases, or null when it is. It is judged as it is written, and must
 * mean the same to whoever reads it: it may be signed, and a signature is a credential.
 */
export function apiAddressProblem(connection: Connection, address: string): string | null {
  if (!WRITTEN.test(address)) return "must be written as it is sent: percent-encoded";
  const problem = addressProblem(address);
  if (problem) return problem;
  const [path = ""] = address.split("?");
  if (path.split("/").slice(3).some(isTreacherous)) return "must have plain path segments";
  const bases = apiBasesOf(connection);
  if (bases.some((base) => path === base || path.startsWith(`${base}/`))) return null;
  if (bases.length === 0) return "can not be used: this connection has no API address";
  return `must begin with ${bases.join(" or ")}`;
}

/**
 * A segment that some server takes for another path: dots, which go up; parameters after a semicolon, which are cut off
 * first; encoded slashes, dots and percent signs, which are decoded first; bytes that are no text; nothing, which is
 * left out.
 */
function isTreacherous(segment: string, at: number, { length }: string[]) {
  const [name = ""] = segment.split(";");
  return (
    name === "." ||
    name === ".." ||
    /%(2f|5c|2e|25|00|3b)/i.test(segment) ||
    !isText(segment) ||
    (name === "" && at < length - 1)
  );
}

/** Whether what is encoded is UTF-8: in bytes that are not, some servers find a dot or a slash. */
function isText(segment: string) {
  try {
    return Boolean(decodeURIComponent(segment)) || segment === "";
  } catch {
    return false;
  }
}

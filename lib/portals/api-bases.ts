import { addressProblem } from "@/lib/oauth/address";
import type { Connection } from "./connections";

/**
 * Where a connection's credentials belong: the addresses under which its portal documents resources. `<n>` stands for a
 * number.
 */
export function apiBasesOf({ apis }: Pick<Connection, "apis">): string[] {
  const bases = apis.flatMap(({ address, paths }) =>
    (paths.length > 0 ? paths : [""]).map((path) => address.replace(/\/$/, "") + path),
  );
  return [...new Set(bases)];
}

/** Where a connection's portal answers our application itself, on behalf of no member. */
export function applicationBasesOf({
  apis: [first],
  portal,
}: Pick<Connection, "apis" | "portal">): string[] {
  const paths = first ? (portal.applicationPaths ?? []) : [];
  return paths.map((path) => `${first?.address.replace(/\/$/, "")}${path}`);
}

/**
 * RFC 3986 sections 3.3 and 3.4: all that an address may be written with after its host. `URL` repairs anything else, and
 * servers repair it differently. A fragment is judged with the rest.
 */
const WRITTEN = /^(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/;

/** Why an address is not one under a connection's API bases, or null when it is. */
export function apiAddressProblem(connection: Connection, address: string): string | null {
  return problemUnder(apiBasesOf(connection), connection, address);
}

/** The same, where an application asks on behalf of no member. */
export function applicationAddressProblem(connection: Connection, address: string): string | null {
  return problemUnder(applicationBasesOf(connection), connection, address);
}

/**
 * An address is judged as it is written, and must mean the same to every server: it may be signed, and a signature is a
 * credential.
 */
function problemUnder(bases: readonly string[], connection: Connection, address: string) {
  const [, afterHost = address] = /^https?:\/\/(?:\[[0-9A-Fa-f:.]+\])?(.*)$/s.exec(address) ?? [];
  if (!WRITTEN.test(afterHost)) return "must be written as it is sent: percent-encoded";
  const problem = addressProblem(address);
  if (problem) return problem;
  const [path = "", ...query] = address.split("?");
  const inQuery = queryProblem(query.join("?"));
  if (inQuery) return inQuery;
  if (!path.split("/").slice(3).every(isPlainIn(connection)))
    return "must have plain path segments";
  if (bases.some((base) => isUnder(base, path))) return null;
  if (bases.length === 0) return "can not be used: this connection has no API address";
  return `must begin with ${bases.join(" or ")}`;
}

/**
 * Parameters of that name are OAuth's own, RFC 5849 section 3.5.3: a server could take one for the signature's. Some read a
 * name without its blanks, take a blank, a dot or a bracket in it for an underscore, or end a parameter at a semicolon.
 */
function queryProblem(query: string): string | null {
  if (!isText(query)) return "must have a query of UTF-8, percent-encoded";
  const names = query.split(/[&;]/).map((each) => each.split("=")[0] ?? "");
  const isOAuths = names.some((name) =>
    /^\s*oauth[_.[\s]/i.test(decodeURIComponent(name.replaceAll("+", " "))),
  );
  return isOAuths ? "must not have parameters that begin with oauth_" : null;
}

/** Segment by segment: the base's own, of which `<n>` is any number, and then anything. */
function isUnder(base: string, path: string) {
  const segments = path.split("/");
  return base
    .split("/")
    .every((each, at) =>
      each === "<n>" ? /^\d{1,9}$/.test(segments[at] ?? "") : each === segments[at],
    );
}

/**
 * Whether a segment means the same to every server. Some take one for another path: dots, which go up; parameters after a
 * semicolon, which are cut off first; encoded slashes, dots and percent signs, which are decoded first; bytes that are no
 * text; nothing, which is left out. Where a portal has slashes in its ids, what is between them is judged piece by piece.
 */
function isPlainIn({ portal }: Connection) {
  return (segment: string, at: number, { length }: string[]) => {
    const pieces = portal.encodedSlashes ? segment.split(/%2f/i) : [segment];
    const isLast = at === length - 1 && pieces.length === 1;
    return pieces.every((piece) => isPlain(piece, isLast));
  };
}

function isPlain(piece: string, mayBeEmpty: boolean) {
  const [name = ""] = piece.split(";");
  if (name === "") return mayBeEmpty && piece === "";
  return name !== "." && name !== ".." && !/%(2f|5c|2e|25|00|3b)/i.test(piece) && isText(piece);
}

/** Whether what is encoded is UTF-8: in bytes that are not, some servers find a dot or a slash. */
function isText(segment: string) {
  try {
    decodeURIComponent(segment);
    return true;
  } catch {
    return false;
  }
}

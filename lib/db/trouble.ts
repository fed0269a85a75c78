/** What the driver says of a connection that it has lost or never had: it has no codes, and Prisma hands it on as it is. */
const LOST =
  /^(Connection terminated|Client (has encountered|was closed)|timeout|Query read timeout|The server does not support SSL)/;

/** What Node says of a server that it cannot reach; Prisma has a code of its own for it. */
const UNREACHED = /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT)/;

/** Prisma's codes for what has no other: no connection in time, and a transaction that did not begin or took too long. */
const CODES = ["P2024", "P2028"];

/** Errors whose code is Prisma's own. */
const PRISMAS = "PrismaClientKnownRequestError";

/** What Prisma's adapter calls a server that is not there, hangs up or cannot be spoken to in secret. */
const KINDS = ["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TlsConnectionError"];

/**
 * PostgreSQL's own for the same, in SQLSTATE: connection, who may connect, no such database, a transaction that was undone or took
 * too long, resources, a lock that was not to be had, operator, input and output, and a server that only reads.
 */
const STATES = /^(08|28|3D000|40|25P0[34]|53|55P03|57|58|25006)/;

/**
 * Whether something failed because the database did not do what it was asked, and may do so the next time. By the names of errors:
 * the build has several copies of their classes.
 */
export function isDatabaseTrouble(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  if (name === "DatabaseError" || name === "PrismaClientInitializationError") return true;
  if (name === PRISMAS && CODES.includes(String(code))) return true;
  const { kind, state } = serverError(error);
  return isLost(error) || STATES.test(state) || KINDS.includes(kind);
}

/** Whether the server undid one of two transactions, or statements, that stood in each other's way. Nothing of it has happened. */
export function isConflict(error: unknown): boolean {
  return /^(40001|40P01)$/.test(serverError(error).state);
}

function isLost(error: unknown) {
  if (!(error instanceof Error)) return false;
  return LOST.test(error.message) || ("code" in error && UNREACHED.test(String(error.code)));
}

const SqlState = /^(?=.*\d)[0-9A-Z]{5}$/;

/** The server's own code and the adapter's word for it, wherever driver and client have put them; empty when there are none. */
function serverError(error: unknown, depth = 0): { state: string; kind: string } {
  if (typeof error !== "object" || error === null || depth > 4) return { state: "", kind: "" };
  const { name, originalCode, code, kind, cause, meta } = error as Record<string, unknown>;
  const state = [originalCode, name === PRISMAS ? "" : code].find(
    (each) => typeof each === "string" && SqlState.test(each),
  );
  if (state || typeof kind === "string") return { state: String(state ?? ""), kind: String(kind) };
  const inner = (meta ?? {}) as Record<string, unknown>;
  return serverError(inner.driverAdapterError ?? cause, depth + 1);
}

import { DatabaseError } from "./errors";
import { Prisma } from "./generated/client";

/** What the driver says of a connection that it has lost or never had: it has no codes, and Prisma hands it on as it is. */
const LOST =
  /^(Connection terminated|Client (has encountered|was closed)|timeout|Query read timeout)/;

/** What Node says of a server that it cannot reach; Prisma has a code of its own for it. */
const UNREACHED = /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)/;

/** Whether something failed because the database did not do what it was asked; it may do so the next time. */
export function isDatabaseTrouble(error: unknown): boolean {
  return (
    error instanceof DatabaseError ||
    error instanceof Prisma.PrismaClientKnownRequestError ||
    error instanceof Prisma.PrismaClientUnknownRequestError ||
    error instanceof Prisma.PrismaClientInitializationError ||
    isLost(error) ||
    sqlStateOf(error) !== ""
  );
}

/** Prisma's codes for a server that is not there, has no connection left, or undid one of two transactions. */
const PASSING_CODES = [
  "P1001",
  "P1002",
  "P1008",
  "P1011",
  "P1017",
  "P2024",
  "P2028",
  "P2034",
  "P2037",
];

/** PostgreSQL's classes for the same, in SQLSTATE: connection, transaction, resources, operator, and a server that only reads. */
const PASSING_STATES = /^(08|40|53|57|25006)/;

/** Whether a statement failed for a reason that passes by itself, such as a server that is away. Anything else may never pass. */
export function isPassingTrouble(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.code === "unreachable";
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    return PASSING_CODES.includes(error.code) || PASSING_STATES.test(sqlStateOf(error));
  }
  return isLost(error) || PASSING_STATES.test(sqlStateOf(error));
}

function isLost(error: unknown) {
  if (!(error instanceof Error)) return false;
  return LOST.test(error.message) || ("code" in error && UNREACHED.test(String(error.code)));
}

/** The server's own code, wherever driver and client have put it; empty when there is none. */
function sqlStateOf(error: unknown, depth = 0): string {
  if (typeof error !== "object" || error === null || depth > 4) return "";
  const { originalCode, code, cause, meta } = error as Record<string, unknown>;
  const state = [originalCode, code].find(
    (each) => typeof each === "string" && /^(?=.*\d)[0-9A-Z]{5}$/.test(each) && !/^P\d/.test(each),
  );
  if (typeof state === "string") return state;
  const { driverAdapterError } = (meta ?? {}) as Record<string, unknown>;
  return sqlStateOf(cause, depth + 1) || sqlStateOf(driverAdapterError, depth + 1);
}

import { DatabaseError } from "./errors";
import { Prisma } from "./generated/client";

/** What the driver says of a connection that it has lost or never had: it has no codes, and Prisma hands it on as it is. */
const LOST =
  /^(Connection terminated|Client (has encountered|was closed)|timeout|Query read timeout)/;

/** Whether something failed because the database did not do what it was asked; it may do so the next time. */
export function isDatabaseTrouble(error: unknown): boolean {
  return (
    error instanceof DatabaseError ||
    error instanceof Prisma.PrismaClientKnownRequestError ||
    error instanceof Prisma.PrismaClientUnknownRequestError ||
    error instanceof Prisma.PrismaClientInitializationError ||
    (error instanceof Error && LOST.test(error.message))
  );
}

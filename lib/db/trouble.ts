import { DatabaseError } from "./errors";
import { Prisma } from "./generated/client";

/** Whether something failed because the database did not do what it was asked; it may do so the next time. */
export function isDatabaseTrouble(error: unknown): boolean {
  return (
    error instanceof DatabaseError ||
    error instanceof Prisma.PrismaClientKnownRequestError ||
    error instanceof Prisma.PrismaClientUnknownRequestError ||
    error instanceof Prisma.PrismaClientInitializationError
  );
}

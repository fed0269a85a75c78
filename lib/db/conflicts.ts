import { Prisma } from "./generated/client";

/** Whether a write failed because another transaction had already written the same (Prisma's P2002). */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
}

/** Whether a transaction was undone because two of them stood in each other's way (Prisma's P2034). It may be tried again. */
export function isWriteConflict(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2034";
}

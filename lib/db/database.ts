import "server-only";
import { building, settings } from "@/lib/env";
import { processWide } from "@/lib/process/process-wide";
import type { OpenDatabase } from "./client";
import { DatabaseError } from "./errors";
import type { Prisma, PrismaClient } from "./generated/client";
import { openDatabase } from "./open";

export type Database = PrismaClient;

/** The database within a transaction. A call to the database itself would wait for the transaction's end, and so for ever. */
export type Transaction = Prisma.TransactionClient;

const processState = processWide("database", () => ({
  opening: null as Promise<OpenDatabase> | null,
}));

/**
 * The app's database, opened at the first call. An opening that fails is forgotten: the next to ask
 * tries again.
 *
 * @throws DatabaseError
 */
export async function database(): Promise<Database> {
  const shared = processState();
  shared.opening ??= open().catch(forget);
  const { client } = await shared.opening;
  return client;
}

/** For commands, which end: lets go of the database, if it was opened. */
export async function closeDatabase(): Promise<void> {
  const opened = await processState().opening?.catch(() => null);
  processState().opening = null;
  await opened?.close();
}

async function open() {
  if (building()) {
    throw new DatabaseError(
      "building",
      "The database must not be opened during the build: make this page dynamic.",
    );
  }
  const { databaseUrl: url, databaseDirectory: directory, databasePoolSize: poolSize } = settings();
  return openDatabase({ url, directory, poolSize });
}

function forget(error: unknown): never {
  processState().opening = null;
  throw error;
}

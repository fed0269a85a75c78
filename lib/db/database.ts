import "server-only";
import { building, settings } from "@/lib/env";
import type { OpenDatabase } from "./client";
import { DatabaseError } from "./errors";
import type { Prisma, PrismaClient } from "./generated/client";
import { openDatabase } from "./open";

export type Database = PrismaClient;

/** The database within a transaction. Until that ends, asking the database itself waits for it in vain. */
export type Transaction = Prisma.TransactionClient;

// Next evaluates this module several times in one process; the process has one database.
declare global {
  var porticoDatabase: Promise<OpenDatabase> | undefined;
}

/**
 * The app's database, opened at the first call. An opening that fails is forgotten: the next to ask
 * tries again.
 *
 * @throws DatabaseError
 */
export async function database(): Promise<Database> {
  globalThis.porticoDatabase ??= open().catch(forget);
  const { client } = await globalThis.porticoDatabase;
  return client;
}

/** For commands, which end: lets go of the database, if it was opened. */
export async function closeDatabase(): Promise<void> {
  const opened = await globalThis.porticoDatabase?.catch(() => null);
  globalThis.porticoDatabase = undefined;
  await opened?.close();
}

async function open() {
  if (building()) {
    throw new DatabaseError(
      "building",
      "The database must not be opened during the build: make this page dynamic.",
    );
  }
  const { databaseUrl: url, databaseDirectory: directory } = settings();
  return openDatabase({ url, directory });
}

function forget(error: unknown): never {
  globalThis.porticoDatabase = undefined;
  throw error;
}

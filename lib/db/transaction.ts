import "server-only";
import { retryingConflicts } from "./conflicts";
import { database, type Transaction } from "./database";

/**
 * Every transaction of ours: all that `run` writes is there, or nothing of it. It runs again when the server has undone it for the
 * sake of another one, so it asks no portal and changes nothing outside of the database.
 */
export async function transaction<T>(run: (tx: Transaction) => Promise<T>): Promise<T> {
  const db = await database();
  return retryingConflicts(() => db.$transaction(run));
}

import "server-only";
import { configurationErrors } from "@/lib/accounts/configuration";
import { database } from "@/lib/db/database";
import { log } from "@/lib/log";

/**
 * Checks the settings and opens the database. Next would log an error thrown here and listen all the same, so this
 * says every sentence at once and ends the process. At a signal Next lets the requests under way finish; the database
 * needs no farewell, and one that was closed under them would cost somebody a spent code.
 */
export async function startOrExit() {
  const errors = configurationErrors();
  for (const message of errors) log("error", "configuration.wrong", { message });
  if (errors.length > 0) process.exit(1);
  try {
    await database();
  } catch (error) {
    log("error", "database.unavailable", { message: error instanceof Error ? error.message : "" });
    process.exit(1);
  }
}

import "server-only";
import { keyErrors } from "@/lib/accounts/tokens/key-check";
import { vault } from "@/lib/accounts/tokens/vault";
import { configurationErrors } from "@/lib/conversation/configuration";
import { database } from "@/lib/db/database";
import { log } from "./log";

/**
 * Checks the settings, opens the database and sees whether the keys fit what is stored there. Next would log an error
 * thrown here and listen all the same, so this says every sentence at once and ends the process. At the end the database
 * needs no farewell: one that was closed under the requests that Next lets finish would cost somebody a spent code.
 */
export async function startOrExit() {
  exitWith("configuration.wrong", configurationErrors());
  try {
    await database();
    exitWith("keys.wrong", await keyErrors(vault()));
  } catch (error) {
    log("error", "database.unavailable", { message: error instanceof Error ? error.message : "" });
    process.exit(1);
  }
}

function exitWith(event: string, sentences: string[]) {
  for (const message of sentences) log("error", event, { message });
  if (sentences.length > 0) process.exit(1);
}

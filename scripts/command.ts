import { configurationErrors } from "@/lib/conversation/configuration";
import { closeDatabase } from "@/lib/db/database";
import { loadEnvFile } from "@/lib/process/server/env-file.mjs";

/** What a command ends with when it cannot do what it was asked: one sentence for the person who typed it. */
export class CommandError extends Error {}

/**
 * Runs a command with the settings that the app has, and always lets go of the database.
 * @param run resolves to the exit code
 */
export async function command(run: () => Promise<number>): Promise<void> {
  const unread = loadEnvFile();
  const errors = unread.length > 0 ? unread : configurationErrors();
  for (const sentence of errors) console.error(`✗ ${sentence}`);
  process.exitCode = errors.length > 0 ? 1 : await codeOf(run);
}

async function codeOf(run: () => Promise<number>) {
  try {
    return await run();
  } catch (error) {
    console.error(`✗ ${sentenceOf(error)}`);
    return 1;
  } finally {
    await closeDatabase();
  }
}

/** The first line that says something: the rest is where in our code it was. */
function sentenceOf(error: unknown) {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n").find((line) => line.trim() !== "") ?? text;
}

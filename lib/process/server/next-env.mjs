import { createRequire } from "node:module";

const ofNext = createRequire(createRequire(import.meta.url).resolve("next/package.json"));

/** What Next reads .env files with, each time by its own rules. It has no setting for that. */
const nextEnv = ofNext.resolve("@next/env");

/**
 * Keeps Next from reading .env files. That the variables are set already would not do: it replaces `$` also in the values of
 * the environment, when a file has their names.
 */
export function keepNextFromEnvFiles() {
  ofNext(nextEnv);
  const loaded = ofNext.cache[nextEnv];
  if (!loaded) throw new Error("Next reads .env files in another way than it did");
  const nothing = { combinedEnv: process.env, parsedEnv: {}, loadedEnvFiles: [] };
  loaded.exports = { ...loaded.exports, loadEnvConfig: () => nothing };
}

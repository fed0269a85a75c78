/** Keeps what .env files say, the developer's own settings, from the program that it is loaded before. */
export const WITHOUT_ENV_FILES = ["--import", "./scripts/without-env-files.mjs"];

const BEFORE_NEXT = ["--import", "./lib/process/server/before-next.mjs"];

/** What Node is told to start the production build, with the settings of its environment alone. */
export function nextStart(port: number) {
  const next = ["node_modules/next/dist/bin/next", "start", "-H", "localhost", "-p", String(port)];
  return [...WITHOUT_ENV_FILES, ...BEFORE_NEXT, ...next];
}

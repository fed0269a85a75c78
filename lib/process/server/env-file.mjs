import { existsSync, readFileSync } from "node:fs";
import { parseEnvText } from "./env-text.mjs";

/** @typedef {import("./env-text.mjs").EnvText} EnvText errors are whole sentences */

const FILE = ".env";

/** Files that Next reads beside it. Two places for one setting are one too many. */
const OTHERS = [
  ".env.local",
  ".env.production",
  ".env.production.local",
  ".env.development",
  ".env.development.local",
];

/** Says what is in this folder's .env, for the app, the demo and the commands alike. Tests keep it from being read. */
export function readEnvFile() {
  if (process.env.WITHOUT_ENV_FILES) return /** @type {EnvText} */ ({ variables: {}, errors: [] });
  const { variables, errors } = saidBy(FILE);
  delete variables.NODE_ENV; // how a program is started says that
  const sentences = errors.map((error) => `${FILE} ${error}.`);
  return { variables, errors: [...sentences, ...OTHERS.flatMap(strayErrors)] };
}

/**
 * Gives the process the settings of .env that its environment does not have, not even empty.
 * @returns the sentences that say what is wrong; where there are any, nothing is set
 */
export function loadEnvFile() {
  const { variables, errors } = readEnvFile();
  if (errors.length > 0) return errors;
  for (const [name, value] of Object.entries(variables)) process.env[name] ??= value;
  return [];
}

/**
 * @param {string} file
 * @returns {EnvText}
 */
function saidBy(file) {
  const nothing = { variables: {}, errors: [] };
  if (!existsSync(file)) return nothing;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file)); // without its byte order mark
    if (!text.includes("\0")) return parseEnvText(text);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "EISDIR") return { ...nothing, errors: ["is a folder, and has to be a file"] };
    if (/^E[A-Z]+$/.test(code)) return { ...nothing, errors: [`cannot be read (${code})`] };
  }
  return { ...nothing, errors: ["is not UTF-8 text: save it as UTF-8"] };
}

/** @param {string} file that is there and says something */
function strayErrors(file) {
  const { variables, errors } = saidBy(file);
  const names = Object.keys(variables);
  if (names.length === 0 && errors.length === 0) return [];
  const sets = names.length > 0 ? ` It sets ${names.join(", ")}.` : "";
  return [`${file} is not read: move its settings to ${FILE} and remove it.${sets}`];
}

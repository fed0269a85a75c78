import { readEnvFile } from "../lib/process/server/env-file.mjs";
import { StepError } from "./step.mjs";

/**
 * Where the app and the simulated portals are to be, by the environment and .env: the same that the app reads.
 * @returns {{ app: URL, simulator: URL | null }} the simulator is null where the portals are the real ones
 */
export function readAddresses() {
  const { variables, errors } = readEnvFile();
  if (errors.length > 0) throw new StepError(errors.join("\n✗ "));
  const { AUTH_URL, PORTAL_SIMULATOR } = { ...variables, ...process.env };
  return {
    app: addressIn("AUTH_URL", AUTH_URL) ?? new URL("http://localhost:3000"),
    simulator: addressIn("PORTAL_SIMULATOR", PORTAL_SIMULATOR),
  };
}

/**
 * @param {string} name
 * @param {string | undefined} value
 */
function addressIn(name, value) {
  const text = value?.trim();
  if (!text) return null;
  if (!/^https?:/.test(text) || !URL.canParse(text)) {
    throw new StepError(`${name} must be an address, such as http://localhost:3000.`);
  }
  return new URL(text);
}

import { readEnvFile } from "../lib/process/server/env-file.mjs";
import { StepError } from "./step.mjs";

/**
 * Where the app, the simulated portals and the example CRM are to be, by the environment and .env: the same that the app
 * reads.
 * @returns {{ app: URL, simulator: URL | null, crm: URL | null }} the simulator is null where the portals are the real ones,
 *   the CRM where it is off
 */
export function readAddresses() {
  const { variables, errors } = readEnvFile();
  if (errors.length > 0) throw new StepError(errors.join("\n✗ "));
  const { AUTH_URL, PORTAL_SIMULATOR, EXAMPLE_CRM } = { ...variables, ...process.env };
  return {
    app: addressIn("AUTH_URL", AUTH_URL) ?? new URL("http://localhost:3000"),
    simulator: addressIn("PORTAL_SIMULATOR", PORTAL_SIMULATOR),
    crm: crmAddressIn(EXAMPLE_CRM),
  };
}

/**
 * It lets everybody in, so it is on this machine alone.
 * @param {string | undefined} value
 */
function crmAddressIn(value) {
  const text = value?.trim() || "http://localhost:4650";
  if (text === "off") return null;
  if (/^http:\/\/(localhost|127\.0\.0\.1):[1-9]\d{0,4}\/?$/.test(text) && URL.canParse(text)) {
    return new URL(text);
  }
  throw new StepError("EXAMPLE_CRM must be off, or begin with http://localhost: and a port.");
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

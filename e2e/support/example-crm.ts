import { join } from "node:path";
import { apps, crm, folder } from "./apps";
import { root, startChild, untilReady } from "./children";
import { crmKey } from "./connect-session";

/** Starts the example CRM as a client of the main app, and resolves to its process when it is ready. */
export async function startExampleCrm() {
  const log = join(root, folder, "example-crm.log");
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: "production" as const,
    PORT: String(crm.port),
    PUBLIC_URL: crm.url,
    PORTICO_URL: apps.main.url,
    PORTICO_KEY: crmKey(apps.main),
  };
  const child = startChild([process.execPath, "examples/crm/server.mjs"], env, log);
  await untilReady(`${crm.url}/healthz`, child, log);
  return child;
}

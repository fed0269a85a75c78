import "./guard-output.mjs";
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { checkNode, generateClient, installPackages, makeEnvFile } from "./prepare.mjs";
import { BEFORE_NEXT, checkPort, GUARD_OUTPUT, startNode, stopAll } from "./serve.mjs";
import { fail, step } from "./step.mjs";

/** The app and the simulator, both restarted as their files change. */
checkNode();
await step("Packages", installPackages).catch(fail);
await step("Settings in .env", makeEnvFile).catch(fail);
await step("Database client", generateClient).catch(fail);

const { AUTH_URL = "http://localhost:3000", PORTAL_SIMULATOR } = parseEnv(
  readFileSync(".env", "utf8"),
);
const port = new URL(AUTH_URL).port || "3000";
await checkPort(port, "AUTH_URL").catch(fail);
if (PORTAL_SIMULATOR) {
  await checkPort(new URL(PORTAL_SIMULATOR).port, "PORTAL_SIMULATOR").catch(fail);
  startNode(["--watch", ...GUARD_OUTPUT, "--import", "tsx", "e2e/simulator/server.ts"], {
    env: { SIMULATOR_PORT: new URL(PORTAL_SIMULATOR).port, PORTICO_URL: AUTH_URL },
  });
}
startNode([
  ...BEFORE_NEXT,
  "node_modules/next/dist/bin/next",
  "dev",
  "-H",
  "localhost",
  "-p",
  port,
]).once("exit", () => stopAll(1));

import "./guard-output.mjs";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { helpIfAsked } from "./help.mjs";
import { buildApp, checkNode, generateCode, installPackages, makeEnvFile } from "./prepare.mjs";
import { BEFORE_NEXT, checkPort, GUARD_OUTPUT, startNode, stopAll, untilReady } from "./serve.mjs";
import { readAddresses } from "./settings.mjs";
import { fail, StepError, step } from "./step.mjs";

helpIfAsked(`How to use it:
  npm run demo

Installs, makes .env, builds, and starts Portico with simulated portals and an example CRM. AUTH_URL, PORTAL_SIMULATOR
and EXAMPLE_CRM in .env name the addresses. It takes no words.`);

/** From a fresh clone to a running Portico with simulated portals. */
async function demo() {
  checkNode();
  await step("Packages", installPackages);
  await step("Settings in .env", makeEnvFile);
  const { app, simulator, ...addresses } = readAddresses();
  const crm = simulator && addresses.crm; // whose agents find their portals simulated, too
  const port = app.port || "3000";
  await checkPort(port, "AUTH_URL");
  if (simulator) await checkPort(simulator.port, "PORTAL_SIMULATOR");
  if (crm) await checkPort(crm.port, "EXAMPLE_CRM");
  await step("Generated code", generateCode);
  await step("Build", buildApp);
  /** @type {string[]} */
  let keys = [];
  if (simulator) {
    const newKeys = async () => {
      keys = await makeServiceKeys(crm);
    };
    await Promise.all([
      step("Service keys", newKeys),
      step("Simulated portals", () => startSimulator(simulator, app)),
    ]);
  }
  const [key = "", crmKey = ""] = keys;
  await step("Portico", () => startApp(port));
  if (crm) await step("Example CRM", () => startCrm(crm, app, crmKey));
  console.log(welcome(app.origin, { simulator: simulator?.origin, crm: crm?.origin, key }));
}

/**
 * Before the app opens the database.
 * @param {URL | null} crm
 * @returns {Promise<string[]>} of a back end, and of the example CRM
 */
async function makeServiceKeys(crm) {
  const options = ["--conditions=react-server", "--import", "tsx"];
  const args = [...options, "scripts/demo-keys.ts", ...(crm ? ["--crm", crm.origin] : [])];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return stdout.trim().split("\n");
  } catch (error) {
    console.error(
      error instanceof Error && "stderr" in error ? `${error.stderr}`.trimEnd() : error,
    );
    throw new StepError("No service key could be made.");
  }
}

/**
 * @param {URL} address
 * @param {URL} app
 */
async function startSimulator(address, app) {
  const child = startNode(["--import", "tsx", "e2e/simulator/server.ts"], {
    env: { SIMULATOR_PORT: address.port, PORTICO_URL: app.origin },
    output: "ignore",
  });
  await untilReady(new URL("/healthz", address), child, "The simulator");
  child.once("exit", () => stopAll(1));
}

/** @param {string} port */
async function startApp(port) {
  const child = startNode([
    ...BEFORE_NEXT,
    "node_modules/next/dist/bin/next",
    "start",
    "-H",
    "localhost",
    "-p",
    port,
  ]);
  await untilReady(`http://localhost:${port}/readyz`, child, "Portico");
  child.once("exit", () => stopAll(1));
}

/**
 * @param {URL} address
 * @param {URL} app
 * @param {string} key
 */
async function startCrm(address, app, key) {
  const child = startNode([...GUARD_OUTPUT, "examples/crm/server.mjs"], {
    env: {
      PORT: address.port,
      PUBLIC_URL: address.origin,
      PORTICO_URL: app.origin,
      PORTICO_KEY: key,
    },
  });
  await untilReady(new URL("/healthz", address), child, "The example CRM");
  child.once("exit", () => stopAll(1));
}

/**
 * @param {string} app
 * @param {{ simulator: string | undefined, crm: string | undefined, key: string }} others
 */
function welcome(app, { simulator, crm, key }) {
  return `
  Portico        ${app}
${
  simulator
    ? `  Sign in        pick a board, then a person on the portal's page, and press Authorize there:
                 Anna Peeters at Federia, Claire Martin at MLS Côte d'Azur, Josiane Célestin at MLS Caraïbes.
                 The portals are simulated; there are no passwords.
  From a portal  ${simulator}/app.mls-connect.com/dashboard/federia is a board's own dashboard,
                 whose button leads to our Start_URL, ${app}/start/mlsconnect/federia
${crm ? `  From a CRM     ${crm}/portals is a CRM whose agents connect their portals by Portico\n` : ""}  Service key    ${key}
                 What a team's back end shows to the API; good until the next start. Which links are there?
                 curl -H "Authorization: Bearer ${key}" ${app}/api/v1/links
`
    : "  Sign in        with your own account: PORTAL_SIMULATOR is empty, so these are the real portals.\n"
}  Stop           Ctrl+C
`;
}

await demo().catch(async (error) => {
  try {
    fail(error);
  } finally {
    await stopAll(1);
  }
});

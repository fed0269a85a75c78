import "./guard-output.mjs";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { helpIfAsked } from "./help.mjs";
import { buildApp, checkNode, generateClient, installPackages, makeEnvFile } from "./prepare.mjs";
import { BEFORE_NEXT, checkPort, startNode, stopAll, untilReady } from "./serve.mjs";
import { readAddresses } from "./settings.mjs";
import { fail, StepError, step } from "./step.mjs";

helpIfAsked(`How to use it:
  npm run demo

Installs, makes .env, builds, and starts Portico with simulated portals. AUTH_URL and PORTAL_SIMULATOR in .env name
the addresses. It takes no words.`);

/** From a fresh clone to a running Portico with simulated portals. */
async function demo() {
  checkNode();
  await step("Packages", installPackages);
  await step("Settings in .env", makeEnvFile);
  const { app, simulator } = readAddresses();
  const port = app.port || "3000";
  await checkPort(port, "AUTH_URL");
  if (simulator) await checkPort(simulator.port, "PORTAL_SIMULATOR");
  await step("Database client", generateClient);
  await step("Build", buildApp);
  let key = "";
  if (simulator) {
    const newKey = async () => {
      key = await makeServiceKey();
    };
    await Promise.all([
      step("Service key", newKey),
      step("Simulated portals", () => startSimulator(simulator, app)),
    ]);
  }
  await step("Portico", () => startApp(port));
  console.log(welcome(app.origin, simulator?.origin, key));
}

/** Before the app opens the database. A key cannot be read back, so each start makes one and withdraws the last. */
async function makeServiceKey() {
  const options = ["--conditions=react-server", "--import", "tsx"];
  const args = [...options, "scripts/keys.ts", "create", "--name", "demo", "--replace"];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return stdout.trim();
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
 * @param {string} app
 * @param {string | undefined} simulator
 * @param {string} key
 */
function welcome(app, simulator, key) {
  return `
  Portico        ${app}
${
  simulator
    ? `  Sign in        pick a board, then a person on the portal's page, and press Authorize there:
                 Anna Peeters at Federia, Claire Martin at MLS Côte d'Azur, Josiane Célestin at MLS Caraïbes.
                 The portals are simulated; there are no passwords.
  From a portal  ${simulator}/app.mls-connect.com/dashboard/federia is a board's own dashboard,
                 whose button leads to our Start_URL, ${app}/start/mlsconnect/federia
  Service key    ${key}
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

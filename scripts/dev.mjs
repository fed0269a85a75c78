import "./guard-output.mjs";
import { helpIfAsked } from "./help.mjs";
import { checkNode, generateCode, installPackages, makeEnvFile } from "./prepare.mjs";
import { BEFORE_NEXT, checkPort, GUARD_OUTPUT, startNode, stopAll } from "./serve.mjs";
import { readAddresses } from "./settings.mjs";
import { fail, step } from "./step.mjs";

helpIfAsked(`How to use it:
  npm run dev

Starts the app and the simulated portals, and both again as their files change. AUTH_URL and PORTAL_SIMULATOR in
.env name the addresses. It takes no words.`);

/** The app and the simulator, both restarted as their files change. */
async function dev() {
  checkNode();
  await step("Packages", installPackages);
  await step("Settings in .env", makeEnvFile);
  await step("Generated code", generateCode);
  const { app, simulator } = readAddresses();
  const port = app.port || "3000";
  await checkPort(port, "AUTH_URL");
  if (simulator) {
    await checkPort(simulator.port, "PORTAL_SIMULATOR");
    startNode(["--watch", ...GUARD_OUTPUT, "--import", "tsx", "e2e/simulator/server.ts"], {
      env: { SIMULATOR_PORT: simulator.port, PORTICO_URL: app.origin },
    });
  }
  const next = ["node_modules/next/dist/bin/next", "dev", "-H", "localhost", "-p", port];
  startNode([...BEFORE_NEXT, ...next]).once("exit", () => stopAll(1));
}

await dev().catch(fail);

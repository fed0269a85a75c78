import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startSimulator } from "../../simulator/server";
import type { App } from "../../support/apps";
import { root, startChild, untilReady } from "../../support/children";
import { tenPorts } from "../../support/ports";
import { startApp } from "../../support/production-app";
import { servers } from "../servers.mjs";

/** A portal that is server software of others, and the production build that is told by its settings where it is. */

/** Portico's registration there. oauthlib wants ids of some length. */
export const registration = { id: "portico-registration", secret: "secret-of-portico" };

export type Deployment = {
  server: keyof typeof servers;
  /** What its folder is called, where the server stands in for more than one portal. */
  name?: string;
  /** Where the portal sends people back to, under the app's origin. */
  callback: string;
  /** The settings that lead the app to the portal, whose origin is given. */
  settings: (portal: string) => Record<string, string>;
  /** What the server reads from its environment beside the usual. */
  environment?: Record<string, string>;
  /** Whether people sign in at a simulated board, because the portal does not sign them in or is to be linked. */
  simulator: boolean;
};

/** A request as the server itself has logged it. */
export type LoggedRequest = {
  method: string;
  path: string;
  status: number;
  /** Of a token request. */
  grant: string | null;
};

export type Portal = {
  /** The server's origin. */
  url: string;
  app: App;
  /** Of the simulated boards; null where there are none. */
  simulator: string | null;
  /** For the service key, the logs and the databases. */
  folder: string;
  requests: () => LoggedRequest[];
};

const simulatedBoard = (simulator: string) => ({
  PORTAL_SIMULATOR: simulator,
  MLSCONNECT_BOARDS: "federia",
  MLSCONNECT_FEDERIA_CLIENT_ID: "simulated-federia",
  MLSCONNECT_FEDERIA_CLIENT_SECRET: "simulated-secret-federia",
});

/** Resolves when server and app are ready. Both end with the process, or with `endChildren`. */
export async function startPortal(deployment: Deployment): Promise<Portal> {
  const { command, title } = servers[deployment.server];
  const first = await tenPorts();
  const folder = join(root, "test-results/independent", deployment.name ?? deployment.server);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  const appUrl = `http://localhost:${first + 1}`;
  const url = `http://127.0.0.1:${first + 2}`; // another host than the app's: browsers keep their cookies apart
  const environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_ENV: "production" as const,
    PORT: String(first + 2),
    FOLDER: folder,
    CLIENT_ID: registration.id,
    CLIENT_SECRET: registration.secret,
    CALLBACK: appUrl + deployment.callback,
    ...deployment.environment,
  };
  const log = join(folder, "server.log");
  const child = startChild(command, environment, log);

  const simulator = deployment.simulator ? `http://localhost:${first + 3}` : null;
  if (simulator) await startSimulator({ port: first + 3, appOrigins: [appUrl] });
  const settings = {
    AUTH_URL: appUrl,
    ...(simulator && simulatedBoard(simulator)),
    ...deployment.settings(url),
  };
  const app = { port: first + 1, url: appUrl, settings };
  await Promise.all([
    untilReady(`${url}/`, child, log),
    startApp("portico", app, { folder, serviceKey: true }),
  ]).catch((cause) => {
    throw new Error(`${title} or Portico did not start: see ${folder}`, { cause });
  });
  return { url, app, simulator, folder, requests: () => requestsIn(log) };
}

function requestsIn(log: string): LoggedRequest[] {
  const lines = readFileSync(log, "utf8").split("\n");
  return lines.filter((line) => line.startsWith('{"method"')).map((line) => JSON.parse(line));
}

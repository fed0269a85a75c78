import { existsSync, realpathSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type Answer, deliver, text } from "./answer";
import { control } from "./control";
import { frontPage } from "./front-page";
import { BodyTooLarge, readRequest } from "./request";
import { Simulator } from "./simulator";

/**
 * Starts all portals on one port: http://localhost:4600/mls-connect.com/oauth/token stands for
 * https://mls-connect.com/oauth/token. The simulator uses no code of the app.
 */
export async function startSimulator(options: {
  port: number;
  appOrigins: readonly string[];
  now?: () => number;
}) {
  const simulator = new Simulator({ appOrigins: options.appOrigins, now: options.now ?? Date.now });
  // Browsers send the cookies of one port to every port, so the app's cookies come too.
  const server = createServer({ maxHeaderSize: 64 * 1024 }, async (incoming, response) => {
    try {
      await deliver(await answer(incoming, simulator), response);
    } catch (error) {
      if (!response.destroyed) console.error(error); // a client may hang up
      response.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "localhost", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : options.port;

  return {
    port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(incoming: IncomingMessage, simulator: Simulator): Promise<Answer> {
  if (!URL.canParse(`http://localhost${incoming.url}`)) return text(400, "Bad Request\n");
  try {
    const request = await readRequest(incoming);
    const { method, host } = request;
    if (host === "_simulator") return control(request, simulator);
    if (method === "GET" && host === "healthz") return text(200, "ok\n");
    if (method === "GET" && host === "") return frontPage(simulator.portals);
    return simulator.answer(request);
  } catch (error) {
    if (error instanceof BodyTooLarge) return text(413, "Payload Too Large\n");
    throw error;
  }
}

const EnvironmentVariables = z.object({
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(4600),
  PORTICO_URL: z
    .string()
    .default("http://localhost:3000")
    .transform((list) => list.split(" ").filter(Boolean))
    .pipe(z.array(z.url().transform((url) => new URL(url).origin)).min(1)),
});

async function main() {
  const variables = EnvironmentVariables.safeParse(process.env);
  if (!variables.success) {
    console.error(`The simulator cannot start.\n${z.prettifyError(variables.error)}`);
    process.exit(1);
  }
  const { SIMULATOR_PORT: port, PORTICO_URL: appOrigins } = variables.data;
  try {
    const simulator = await startSimulator({ port, appOrigins });
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => simulator.close().then(() => process.exit(0)));
    }
    console.log(
      `Simulator ready at http://localhost:${simulator.port} for ${appOrigins.join(", ")}`,
    );
  } catch (error) {
    console.error(`The simulator cannot listen on port ${port}: ${error}`);
    process.exit(1);
  }
}

const [, started = ""] = process.argv; // tests import this file and do not run it
if (existsSync(started) && realpathSync(started) === fileURLToPath(import.meta.url)) await main();

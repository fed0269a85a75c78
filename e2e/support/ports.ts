import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:http";

const EACH = 10;
const TRIES = 50;

/**
 * Ten ports in a row on which no program listens, below those that systems give to programs by themselves. This process
 * listens on the first from now on, so that another run of the tests does not take the same ten.
 */
export async function tenPorts(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const first = 20_000 + EACH * randomInt(1_000);
    const guard = await listen(first);
    if (!guard) continue;
    const others = Array.from({ length: EACH - 1 }, (_, n) => first + 1 + n);
    if ((await Promise.all(others.map(isFree))).every(Boolean)) return first;
    guard.close();
  }
  throw new Error(`No ten free ports in a row were found between 20000 and 30000.`);
}

/** Null where another program listens. */
function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer((_request, response) => response.end("taken by tests\n"));
    server.once("error", () => resolve(null));
    server.listen(port, "localhost", () => resolve(server));
  });
}

async function isFree(port: number) {
  const server = await listen(port);
  if (server) await new Promise((resolve) => server.close(resolve));
  return server !== null;
}

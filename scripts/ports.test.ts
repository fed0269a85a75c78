import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { checkPort } from "./serve.mjs";

/** A port that another program has is said to be taken, in one sentence. */

async function taken(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test.each(["127.0.0.1", "localhost"])("before the app starts, by something on %s", async (host) => {
  const port = await taken(host);
  await expect(checkPort(String(port), "AUTH_URL")).rejects.toThrow(
    `Port ${port} is in use: end what listens there, or give AUTH_URL another in .env.`,
  );
});

test("a free port is left free", async () => {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  await checkPort(String(port), "AUTH_URL");
  await checkPort(String(port), "AUTH_URL");
});

test("when the simulator is started by itself", async () => {
  const port = await taken("localhost");
  const child = spawn(process.execPath, ["--import", "tsx", "e2e/simulator/server.ts"], {
    env: { ...process.env, SIMULATOR_PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect(code).toBe(1);
  expect(said).toMatch(new RegExp(`^The simulator cannot listen on port ${port}: .*\\n$`));
}, 60_000);

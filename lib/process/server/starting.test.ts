import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";

let module: typeof import("./starting.mjs");

beforeEach(async () => {
  vi.resetModules();
  delete (globalThis as Record<symbol, unknown>)[Symbol.for("portico.started")];
  module = await import("./starting.mjs");
});

function waiting(): Server {
  const server = createServer((_, answer) => answer.end("here"));
  onTestFinished(() => void server.close());
  module.listenOnceStarted(server);
  return server;
}

test("a server takes its port once the start is complete, and is told only once that it listens", async () => {
  const server = waiting();
  const told = vi.fn();
  server.on("listening", told);
  server.listen(0, "localhost");
  await once(server, "listening");
  expect(server.listening).toBe(false);

  module.markStarted();
  await vi.waitFor(() => expect(server.listening).toBe(true));
  expect(told).toHaveBeenCalledTimes(1);
  const { port } = server.address() as AddressInfo;
  expect(await (await fetch(`http://localhost:${port}`)).text()).toBe("here");
});

test("a server that is asked later listens at once", async () => {
  module.markStarted();
  const server = waiting();
  server.listen(0, "localhost");
  await once(server, "listening");
  expect(server.listening).toBe(true);
});

test("a port at which another program answers is an error before anything has started", async () => {
  const other = createServer();
  onTestFinished(() => void other.close());
  await once(other.listen(0, "localhost"), "listening");
  const server = waiting();
  const told = vi.fn();
  server.on("listening", told);
  server.listen((other.address() as AddressInfo).port, "localhost");
  const [error] = await once(server, "error");
  expect(error).toMatchObject({ code: "EADDRINUSE" });
  expect(told).not.toHaveBeenCalled();
});

test("a server that is closed while it starts never listens, and its closing is no error", async () => {
  const server = createServer();
  const listen = vi.spyOn(server, "listen");
  module.listenOnceStarted(server);
  const told = vi.fn();
  server.on("listening", told);
  server.listen(0, "localhost");
  const done = vi.fn();
  server.close(done);
  expect(done).toHaveBeenCalledWith();
  module.markStarted();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(listen).not.toHaveBeenCalled();
  expect(told).not.toHaveBeenCalled();
});

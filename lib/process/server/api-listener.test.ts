import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { answerApiBy, answerApiFirst } from "./api-listener.mjs";

const server = createServer();
let origin = "";

beforeEach(async () => {
  server.removeAllListeners("request");
  server.on("request", (_request, response) => response.end("Next"));
  answerApiFirst(server);
  server.listen(0, "localhost");
  await once(server, "listening");
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const by = async (path: string) => (await fetch(origin + path)).text();

test("calls of the API go to Next until they have a listener of their own", async () => {
  expect(await by("/api/v1/links")).toBe("Next");
  answerApiBy((_request, response) => void response.end("the API"));
  for (const path of ["/api/v1", "/api/v1/", "/api/v1/links?limit=1", "/api/v1?x"]) {
    expect(await by(path)).toBe("the API");
  }
  for (const path of ["/", "/api/v10/links", "/api/v1x", "/api/auth/session", "/x/api/v1"]) {
    expect(await by(path)).toBe("Next");
  }
});

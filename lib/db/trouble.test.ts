import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { Pool } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { clientFor } from "./client";
import { isDatabaseTrouble } from "./trouble";

/** What the database did not do. */

test("a server that hangs up, and one that says nothing, are the database's trouble", async () => {
  for (const hangsUp of [true, false]) {
    const server = createServer((socket) => {
      if (hangsUp) socket.destroy();
      onTestFinished(() => void socket.destroy());
    }).listen(0, "localhost");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const pool = new Pool({ host: "localhost", port, connectionTimeoutMillis: 200 });
    onTestFinished(() => pool.end());
    const error = await clientFor(pool)
      .user.count()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(isDatabaseTrouble(error)).toBe(true);
  }
});

test("what our own code did wrong is not", () => {
  expect(isDatabaseTrouble(new TypeError("x is not a function"))).toBe(false);
  expect(isDatabaseTrouble("timeout")).toBe(false);
});

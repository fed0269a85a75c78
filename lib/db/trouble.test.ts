import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { Pool } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { clientFor, poolUnder } from "./client";
import { memoryDatabase } from "./testing";
import { isDatabaseTrouble, isPassingTrouble } from "./trouble";

/** What the database did not do. */

/** Through Prisma, and past it. */
const ways: [string, (pool: Pool) => Promise<unknown>][] = [
  ["a query of Prisma's", (pool) => clientFor(pool).user.count()],
  ["a statement on the pool", (pool) => pool.query("SELECT 1")],
];

async function errorOf(ask: Promise<unknown>) {
  const error = await ask.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error;
}

for (const [way, ask] of ways) {
  test(`${way}: a server that hangs up, and one that says nothing, are the database's trouble`, async () => {
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
      const error = await errorOf(ask(pool));
      expect(isDatabaseTrouble(error)).toBe(true);
      expect(isPassingTrouble(error)).toBe(true);
    }
  });

  test(`${way}: a server that is not there is, too`, async () => {
    for (const host of ["localhost", "127.0.0.1", "nowhere.invalid"]) {
      const pool = new Pool({ host, port: 1, connectionTimeoutMillis: 2_000 });
      onTestFinished(() => pool.end());
      const error = await errorOf(ask(pool));
      expect(isDatabaseTrouble(error)).toBe(true);
      expect(isPassingTrouble(error)).toBe(true);
    }
  });
}

test("what the server refuses by itself is the database's trouble, and passes or not as its code says", async () => {
  const memory = await memoryDatabase();
  onTestFinished(() => memory.close());
  const pool = poolUnder(memory.client);
  const refusal = (state: string) =>
    errorOf(pool.query(`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${state}'; END $$`));
  for (const [state, passes] of [
    ["57P03", true],
    ["40001", true],
    ["53300", true],
    ["42703", false],
  ] as const) {
    const error = await refusal(state);
    expect(isDatabaseTrouble(error)).toBe(true);
    expect(isPassingTrouble(error)).toBe(passes);
  }
});

test("what our own code did wrong is not", () => {
  expect(isDatabaseTrouble(new TypeError("x is not a function"))).toBe(false);
  expect(isDatabaseTrouble("timeout")).toBe(false);
});

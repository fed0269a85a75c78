import { afterAll, expect, test } from "vitest";
import { beginProcess } from "@/lib/process/testing";
import { wasAway } from "./absence";
import { poolUnder } from "./client";
import { openDatabase } from "./open";
import { NO_POSTGRESQL } from "./postgres-binaries.mjs";
import { postgresServer } from "./testing";

/** What a process learns from its connections. */

const server = await postgresServer();
afterAll(() => server?.stop());

test("a connection that breaks in the middle of anything is noticed", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const { client, close } = await openDatabase({
    url: await server.create("broken"),
    directory: "",
  });
  for (const breaks of [
    () => client.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`,
    () => client.$transaction((tx) => tx.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`),
  ]) {
    beginProcess();
    await expect(breaks()).rejects.toThrow();
    expect(wasAway(1)).toBe(true);
  }
  await close();
});

test("a connection to a server that only reads is not used again", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const url = await server.create("reader");
  const { client, close } = await openDatabase({ url, directory: "" });
  const pool = poolUnder(client);
  const write = () => client.$transaction((tx) => tx.user.create({ data: {} }));
  await write();
  await pool.query("SET default_transaction_read_only = on"); // as long as this connection lives
  await expect(write()).rejects.toMatchObject({ message: expect.stringContaining("25006") });
  expect(await write()).toMatchObject({ id: expect.any(String) });
  await close();
});

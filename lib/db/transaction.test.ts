import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { OpenDatabase } from "./client";
import { poolUnder } from "./client";
import { openDatabase } from "./open";
import { NO_POSTGRESQL } from "./postgres-binaries.mjs";
import { postgresServer } from "./testing";
import { transaction } from "./transaction";
import { isConflict, isDatabaseTrouble } from "./trouble";

/** Transactions and statements that a server undoes for the sake of others. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const server = await postgresServer();
let opened: OpenDatabase;
let admin: Client;

beforeAll(async () => {
  if (!server) return;
  const url = await server.create("portico");
  opened = await openDatabase({ url, directory: "" });
  at.client = opened.client;
  admin = new Client(url);
  await admin.connect();
  // A sequence does not take back what a transaction that is undone has taken from it.
  await admin.query(`
    CREATE SEQUENCE tries;
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('tries') < NEW.email::int THEN
        RAISE EXCEPTION 'no' USING ERRCODE = NEW.name;
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON "User" FOR EACH ROW
      WHEN (NEW.name IS NOT NULL) EXECUTE FUNCTION refuse()`);
});

beforeEach(() => admin?.query("ALTER SEQUENCE tries RESTART"));

afterAll(async () => {
  if (!server) return;
  await admin.end();
  await opened.close();
  await server.stop();
});

/** A user who is refused so often before, in this way. */
const refusedUser = (state: string, untilTry: number) => ({ name: state, email: String(untilTry) });

test.for(["40001", "40P01"])(
  "a transaction that is undone runs again: %s",
  async (state, context) => {
    if (!server) return context.skip(NO_POSTGRESQL);
    let runs = 0;
    await transaction(async (tx) => {
      runs += 1;
      await tx.session.count();
      await tx.user.create({ data: refusedUser(state, 3) });
    });
    expect(runs).toBe(3);
  },
);

test("also one that is undone in SQL of ours", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const id = crypto.randomUUID();
  const { name, email } = refusedUser("40P01", 2);
  await transaction(
    (tx) => tx.$executeRaw`
      INSERT INTO "public"."User" (id, name, email, "updatedAt") VALUES (${id}, ${name}, ${email}, now())`,
  );
  expect(await opened.client.user.count({ where: { id } })).toBe(1);
});

test("a statement outside of transactions is made again, through Prisma and past it", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const { id } = await opened.client.user.create({ data: refusedUser("40001", 3) });
  await admin.query("ALTER SEQUENCE tries RESTART");
  const text = `INSERT INTO "public"."User" (id, name, email, "updatedAt") VALUES ($1, '40001', '2', now())`;
  await poolUnder(opened.client).query(text, [`${id}2`]);
  expect(await opened.client.user.count({ where: { id: { startsWith: id } } })).toBe(2);
});

test("not for ever, and not for another reason", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  for (const [state, expected] of [
    ["40001", 6],
    ["55P03", 1],
    ["23514", 1],
  ] as const) {
    let runs = 0;
    const end = transaction(async (tx) => {
      runs += 1;
      await tx.user.create({ data: refusedUser(state, 1_000_000) });
    });
    await expect(end).rejects.toSatisfy((error) => isConflict(error) === (state === "40001"));
    expect(runs).toBe(expected);
  }
});

test("one whose connection is lost may have been written, and does not run again", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  let runs = 0;
  const end = transaction(async (tx) => {
    runs += 1;
    await tx.user.create({ data: {} });
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'",
    );
  });
  await expect(end).rejects.toSatisfy(isDatabaseTrouble);
  expect(runs).toBe(1);
});

test("two that wait for each other both come to their end", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const [one, other] = [await newUser(), await newUser()];
  const write = (ids: string[]) =>
    transaction(async (tx) => {
      for (const id of ids) {
        await tx.user.update({ where: { id }, data: { image: "x" } });
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    });
  await Promise.all([write([one, other]), write([other, one])]);
  expect(await opened.client.user.count({ where: { image: "x" } })).toBe(2);
});

async function newUser() {
  return (await opened.client.user.create({ data: {} })).id;
}

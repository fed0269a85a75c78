import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { Client, Pool } from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { clientFor, type OpenDatabase, poolUnder } from "./client";
import { DatabaseError } from "./errors";
import { openDatabase } from "./open";
import { NO_POSTGRESQL } from "./postgres-binaries.mjs";
import { postgresServer } from "./testing";
import { isDatabaseTrouble } from "./trouble";

/** What the database did not do. */

const server = await postgresServer();
const embedded = await openDatabase({ url: null, directory: "memory://" });

beforeAll(async () => {
  await poolUnder(embedded.client).query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = NEW.name; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON "User" FOR EACH ROW EXECUTE FUNCTION refuse()`);
});

afterAll(async () => {
  await embedded.close();
  await server?.stop();
});

type PrismaClient = OpenDatabase["client"];

/** Every way in which we ask. */
const ways: [string, (client: PrismaClient) => Promise<unknown>][] = [
  ["a query of Prisma's", (client) => client.user.updateMany({ data: { name: "x" } })],
  ["SQL through Prisma", (client) => client.$executeRaw`UPDATE "User" SET name = 'x'`],
  ["a transaction", (client) => client.$transaction((tx) => tx.user.create({ data: {} }))],
  ["a statement on the pool", (client) => poolUnder(client).query(`UPDATE "User" SET name = 'x'`)],
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
      const deaf = createServer((socket) => {
        if (hangsUp) socket.destroy();
        onTestFinished(() => void socket.destroy());
      }).listen(0, "localhost");
      await once(deaf, "listening");
      onTestFinished(() => void deaf.close());
      const { port } = deaf.address() as AddressInfo;
      const pool = new Pool({ host: "localhost", port, connectionTimeoutMillis: 200 });
      onTestFinished(() => pool.end());
      expect(isDatabaseTrouble(await errorOf(ask(clientFor(pool))))).toBe(true);
    }
  });

  test(`${way}: a server that is not there is, too`, async () => {
    for (const host of ["localhost", "127.0.0.1", "nowhere.invalid"]) {
      const pool = new Pool({ host, port: 1, connectionTimeoutMillis: 2_000 });
      onTestFinished(() => pool.end());
      expect(isDatabaseTrouble(await errorOf(ask(clientFor(pool))))).toBe(true);
    }
  });

  test(`${way}: so is what a real server refuses for a while`, async (context) => {
    if (!server) return context.skip(NO_POSTGRESQL);
    const { url, admin } = await database();
    for (const [weather, { settings, before, after }] of Object.entries(weathers)) {
      const pool = new Pool({ connectionString: url, max: 1, ...settings });
      pool.on("error", () => null);
      const client = clientFor(pool);
      await client.user.createMany({ data: [{ name: "someone" }] });
      const undo = await before?.(admin, pool);
      const error = await errorOf(ask(client));
      expect(isDatabaseTrouble(error), `${weather}: ${error}`).toBe(true);
      await undo?.();
      await after?.(admin);
      await pool.end();
    }
  });
}

/** A server that lets its clients in, and resets each connection at its first question. */
async function resettingServer() {
  const lettingIn = Buffer.from("520000000800000000" + "5a0000000549", "hex");
  const server = createServer((socket) => {
    socket.once("data", () => {
      socket.write(lettingIn);
      socket.once("data", () => socket.resetAndDestroy());
    });
    socket.on("error", () => null);
  }).listen(0, "localhost");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test.each(ways)("%s: a connection that is reset is, too", async (_way, ask) => {
  const pool = new Pool({ host: "localhost", user: "u", port: await resettingServer() });
  onTestFinished(() => pool.end());
  expect(isDatabaseTrouble(await errorOf(ask(clientFor(pool))))).toBe(true);
});

type Weather = {
  settings?: object;
  /** Resolves to what undoes it. */
  before?: (admin: Client, pool: Pool) => Promise<(() => unknown) | undefined>;
  after?: (admin: Client) => Promise<unknown>;
};

const lockUsers = async (admin: Client) => {
  await admin.query(`BEGIN; LOCK TABLE "User" IN ACCESS EXCLUSIVE MODE`);
  return () => admin.query("ROLLBACK");
};

/** The one connection of the pool is ended at its next answer or question. */
const endConnections = (admin: Client) =>
  admin.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );

const weathers: Record<string, Weather> = {
  "a lock that is not given in time": { settings: { lock_timeout: 100 }, before: lockUsers },
  "a statement that takes too long": { settings: { statement_timeout: 100 }, before: lockUsers },
  "a server that is frozen": { settings: { query_timeout: 100 }, before: lockUsers },
  "no connection free": {
    settings: { connectionTimeoutMillis: 100 },
    before: async (_, pool) => {
      const taken = await pool.connect();
      return () => taken.release();
    },
  },
  "a connection that ends in the middle": {
    before: async (admin) => {
      const unlock = await lockUsers(admin);
      setTimeout(() => void endConnections(admin), 200);
      return unlock;
    },
  },
  "a server that only reads": {
    before: async (admin, pool) => {
      await admin.query("ALTER ROLE postgres SET default_transaction_read_only = on");
      await newConnection(admin, pool);
      return undefined;
    },
    after: (admin) =>
      admin.query("SET default_transaction_read_only = off; ALTER ROLE postgres RESET ALL"),
  },
  "too many connections": {
    before: async (admin, pool) => {
      const { rows } = await admin.query("SELECT current_database() AS name");
      const { name } = rows[0];
      const role = `guest_of_${name}`;
      await admin.query(
        `CREATE ROLE ${role} LOGIN PASSWORD 'guest'; ALTER DATABASE ${name} CONNECTION LIMIT 0`,
      );
      const address = new URL(pool.options.connectionString ?? "");
      pool.options.connectionString = Object.assign(address, {
        username: role,
        password: "guest",
      }).href;
      await newConnection(admin, pool);
      return () => admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    },
  },
};

/** The pool has to connect anew. */
async function newConnection(admin: Client, pool: Pool) {
  await endConnections(admin);
  await expect.poll(() => pool.totalCount).toBe(0);
}

let databases = 0;

async function database() {
  const url = (await server?.create(`weather${++databases}`)) ?? "";
  await (await openDatabase({ url, directory: "" })).close();
  const admin = new Client(url);
  await admin.connect();
  onTestFinished(() => admin.end());
  return { url, admin };
}

/** SQLSTATE, and whether it passes by itself. */
const states: [string, boolean][] = [
  ["08006", true], // a connection
  ["40001", true],
  ["40P01", true],
  ["53100", true], // the disk is full
  ["53300", true], // too many connections
  ["55P03", true], // a lock is not to be had
  ["57014", true], // a statement was ended
  ["57P01", true],
  ["57P02", true],
  ["57P03", true],
  ["58030", true], // input or output
  ["25006", true], // it can only be read
  ["23505", false], // a row is there already
  ["42703", false], // a column is not there
  ["42501", false],
  ["22P02", false],
  ["XX000", false],
];

const raise = (state: string) =>
  `DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${state}'; END $$`;

test.each(states)(
  "what a server refuses by itself passes or does not: %s",
  async (state, passes) => {
    const { client } = embedded;
    const ends = [
      client.user.create({ data: { name: state } }),
      client.$executeRawUnsafe(raise(state)),
      client.$transaction((tx) => tx.user.create({ data: { name: state } })),
      poolUnder(client).query(raise(state)),
    ];
    for (const end of ends) expect(isDatabaseTrouble(await errorOf(end))).toBe(passes);
  },
);

test("a column or a table that is not there is a failure of ours", async () => {
  const { client } = embedded;
  const bare = clientFor(poolUnder(client), "nowhere");
  expect(isDatabaseTrouble(await errorOf(bare.user.count()))).toBe(false);
  expect(isDatabaseTrouble(await errorOf(client.$queryRaw`SELECT nothing`))).toBe(false);
});

test("a database that does not open is trouble, what our own code did wrong is not", () => {
  expect(isDatabaseTrouble(new DatabaseError("unreachable", "away"))).toBe(true);
  expect(isDatabaseTrouble(new TypeError("x is not a function"))).toBe(false);
  expect(isDatabaseTrouble("timeout")).toBe(false);
});

import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Client, type Pool } from "pg";
import { z } from "zod";
import { poolOver } from "./bridge";
import { clientFor } from "./client";
import { freePort, listening, postgresPrograms, run, SYSTEM_USER } from "./fixtures/programs";
import type { PrismaClient } from "./generated/client";
import { memoryTemplate } from "./memory-template";

/** For tests only: databases of their own. */

/** What servers of ours ask for, as those of operators do; with characters that have a meaning in an address. */
const PASSWORD = "p@ss/word #1%41";

type Instance = { client: PrismaClient; pool: Pool };

const emptied: Instance[] = [];

/**
 * An empty, migrated database in memory. Closing it empties it for the next test of the same file, so a test
 * that changes tables rather than rows should open `memory://` for itself.
 */
export async function memoryDatabase() {
  const instance = emptied.pop() ?? (await create());
  const close = async () => {
    await empty(instance.pool);
    emptied.push(instance);
  };
  return { client: instance.client, close };
}

async function create(): Promise<Instance> {
  const pglite = await PGlite.create({ loadDataDir: await memoryTemplate() });
  const pool = poolOver(pglite);
  return { client: clientFor(pool), pool };
}

const Tables = z.array(z.object({ name: z.string() }));

async function empty(pool: Pool) {
  const { rows } = await pool.query(
    `SELECT quote_ident(tablename) AS name FROM pg_tables
     WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
  );
  const names = Tables.parse(rows).map(({ name }) => name);
  await pool.query(`TRUNCATE ${names.join(", ")} RESTART IDENTITY CASCADE`);
}

type PostgresServer = {
  /** The address of a database of this name, whether or not it is there. */
  url(databaseName: string): string;
  /** Creates an empty database; resolves to its address. */
  create(databaseName: string): Promise<string>;
  /** Ends the server as a power failure does; its files stay. */
  crash(): Promise<void>;
  /** Starts it again after that, on the same port. */
  restart(): Promise<void>;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
};

/**
 * Starts a PostgreSQL server of our own, on a free port of this machine, its files in a
 * temporary folder. Resolves to null where PostgreSQL is not installed.
 * @param durable whether it waits for the disk, as PostgreSQL does unless told otherwise
 */
export async function postgresServer({ durable = false } = {}): Promise<PostgresServer | null> {
  const programs = await postgresPrograms();
  if (!programs) return null;
  const folder = await programs.newFolder();
  const command = (name: string, args: string[]) =>
    programs.command(name, ["-D", join(folder, "data"), ...args]);

  const stopNow = () => {
    const [file, args] = command("pg_ctl", ["-m", "immediate", "stop"]);
    execFileSync(file, args, { cwd: folder, stdio: "ignore" });
    rmSync(folder, { recursive: true });
  };
  const port = await freePort();
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, PASSWORD, { mode: 0o644 });
  const who = ["-U", SYSTEM_USER, "-A", "scram-sha-256", "--pwfile", passwordFile];
  await run(...command("initdb", [...who, "--no-sync"]), { cwd: folder });
  const log = join(folder, "log");
  const start = async () => {
    const how = ["-w", "-l", log, "-o", listening(port, durable), "start"];
    await run(...command("pg_ctl", how), { cwd: folder });
  };
  await start();
  process.once("exit", stopNow);

  const url = (databaseName: string) =>
    `postgresql://${SYSTEM_USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${databaseName}`;
  return {
    url,
    async create(databaseName) {
      await administer(url("postgres"), `CREATE DATABASE "${databaseName}"`);
      return url(databaseName);
    },
    async crash() {
      await run(...command("pg_ctl", ["-w", "-m", "immediate", "stop"]), { cwd: folder });
    },
    restart: start,
    async stop() {
      process.off("exit", stopNow);
      stopNow();
    },
  };
}

/** The address of a database by another port of this machine, which leads to its server. */
export function atPort(url: string, port: number): string {
  const address = new URL(url);
  address.hostname = "127.0.0.1";
  address.port = String(port);
  return address.href;
}

/** A migrated database on a server of its own; closing it removes both. Null where PostgreSQL is not installed. */
export async function postgresDatabase() {
  const server = await postgresServer();
  if (!server) return null;
  const { openDatabase } = await import("./open");
  const opened = await openDatabase({ url: await server.create("portico"), directory: "" });
  const close = async () => {
    await opened.close();
    await server.stop();
  };
  return { client: opened.client, close };
}

const Waiting = z.tuple([z.object({ waiting: z.number() })]);

/** How many transactions on a server of ours wait for another to end. */
export async function waitingIn(client: PrismaClient): Promise<number> {
  const rows = await client.$queryRaw`
    SELECT count(*)::int AS waiting FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return Waiting.parse(rows)[0].waiting;
}

async function administer(url: string, statement: string) {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

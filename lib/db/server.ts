import type { Client, ClientConfig } from "pg";
import { type Address, type Encryption, readAddress } from "./address";
import { clientFor, type OpenDatabase, once } from "./client";
import { DatabaseError, reasonOf } from "./errors";
import { applyMigrations, type Session } from "./migrations";
import { ServerClient, ServerPool } from "./server-pool";
import type { OpenSession } from "./session";

/** Where the app's own address stands. */
const SETTING = "DATABASE_URL";

/** Connections of a process, unless it is told otherwise. */
const CONNECTIONS = 10;

/** A day, in milliseconds: as long as a migration may take. */
const PATIENCE_MS = 86_400_000;

/**
 * Opens a database on a PostgreSQL server, or behind a pooler that gives each transaction another session.
 *
 * @param poolSize how many connections to have at most
 * @throws DatabaseError `address`, `unreachable`, and those of `applyMigrations`.
 */
export async function openServer(
  url: string,
  migrations: string,
  poolSize: number | null = null,
): Promise<OpenDatabase> {
  const address = readAddress(url, SETTING);
  const { schema } = address;
  const connection = await migrate(address, migrations);

  const max = poolSize ?? address.poolSize ?? CONNECTIONS;
  const pool = new ServerPool({ ...connection, max });
  const client = clientFor(pool, schema);
  const close = once(async () => {
    await client.$disconnect();
    await pool.end();
  });
  return { client, kind: "server", close };
}

/**
 * Migrations have a connection of their own: they may take their time.
 * @returns how it was made
 */
async function migrate(address: Address, migrations: string): Promise<ClientConfig> {
  const { session, connection } = await connect(address);
  try {
    if (address.mustWrite) await refuseReader(session);
    await refuseMissing(session, address.schema, SETTING);
    await applyMigrations(sessionOn(session), migrations, address.schema);
    return connection;
  } finally {
    await session.end();
  }
}

/**
 * Opens a session with a database on a server as it is, without its migrations.
 *
 * @param setting what the address was read from, for sentences about it
 * @throws DatabaseError `address`, `unreachable`.
 */
export async function openServerSession(url: string, setting = SETTING): Promise<OpenSession> {
  const address = readAddress(url, setting);
  const { schema } = address;
  const { session } = await connect(address);
  const close = once(() => session.end());
  try {
    await refuseMissing(session, schema, setting);
  } catch (error) {
    await close();
    throw error;
  }
  const { host, port, database } = session;
  return { ...sessionOn(session), schema, place: `"${database}" on ${host}:${port}`, close };
}

/** As migrations and moves need it: a statement may take its time. */
function sessionOn(client: Client): Session {
  const patiently = (text: string, values?: unknown[]) => ({
    text,
    values,
    query_timeout: PATIENCE_MS,
  });
  return {
    query: (statement, values) =>
      client.query<Record<string, unknown>>(patiently(statement, values)),
    script: (statements) => client.query(patiently(statements)),
  };
}

/** By the first way of encryption that the server takes. */
async function connect({ connection, encryption }: Address) {
  const errors: { ssl: Encryption; error: unknown; session: Client }[] = [];
  for (const ssl of encryption) {
    const config = { ...connection, ssl };
    const session = new ServerClient(config);
    session.on("error", () => null); // a lost connection fails the query as well
    try {
      await session.connect();
      return { session, connection: config };
    } catch (error) {
      errors.push({ ssl, error, session });
    }
  }
  const told = errors.find(({ ssl, error }) => ssl && !isWithoutSsl(error)) ?? errors.at(-1);
  throw unreachable(told?.session, told?.error);
}

function isWithoutSsl(error: unknown) {
  return error instanceof Error && error.message === "The server does not support SSL connections";
}

function unreachable(session: Client | undefined, error: unknown) {
  const { host, port, database } = session ?? {};
  const does = isAnswered(error) ? `does not let us into "${database}"` : "cannot be reached";
  return new DatabaseError(
    "unreachable",
    `PostgreSQL at ${host}:${port} ${does}: ${plainReason(error)}`,
    error,
  );
}

/** Whether there was a server, as far as the operating system says. */
function isAnswered(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isAnswered);
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (message === "timeout expired") return false; // node-postgres, of a connection
  return !/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENOENT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT)$/.test(
    String(code),
  );
}

function plainReason(error: unknown) {
  const reason = reasonOf(error);
  return /client password must be/.test(reason)
    ? "it asks for a password, and the address has none"
    : reason;
}

async function refuseReader(session: Client) {
  const { rowCount } = await session.query(
    "SELECT 1 WHERE pg_is_in_recovery() OR current_setting('transaction_read_only')::bool",
  );
  if (rowCount === 0) return;
  throw unreachable(session, new Error("it can only be read now, and DATABASE_URL asks for more"));
}

async function refuseMissing(session: Client, schema: string, setting: string) {
  if (schema === "public") return; // the first migration makes it
  const { rowCount } = await session.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [
    schema,
  ]);
  if (rowCount === 0) {
    throw new DatabaseError(
      "address",
      `${setting} names the schema "${schema}", which does not exist: create it, or leave it out of the address.`,
    );
  }
}

import { Client, type ClientConfig, Pool } from "pg";
import { clientFor, type OpenDatabase, once } from "./client";
import { DatabaseError, reasonOf } from "./errors";
import { applyMigrations } from "./migrations";

const CONNECTIONS = 10;
const CONNECT_MS = 10_000;
const STATEMENT_MS = 30_000;

/**
 * Opens a database on a PostgreSQL server. Prisma's `?schema=` is understood, and "public" without it.
 *
 * @throws DatabaseError `address`, `unreachable`, and those of `applyMigrations`.
 */
export async function openServer(url: string, migrations: string): Promise<OpenDatabase> {
  const { address, schema } = readAddress(url);
  const connection = {
    connectionString: address,
    options: `-c search_path="${schema}"`,
    connectionTimeoutMillis: CONNECT_MS,
  };
  await migrate(connection, schema, migrations);

  const pool = new Pool({
    ...connection,
    max: CONNECTIONS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + 1_000, // a server that is frozen does not keep its own time
  });
  const client = clientFor(pool, schema);
  const close = once(async () => {
    await client.$disconnect();
    await pool.end();
  });
  return { client, kind: "server", close };
}

/** Migrations have a connection of their own: they may take their time, and their session ends with it. */
async function migrate(connection: ClientConfig, schema: string, migrations: string) {
  const session = await connect(connection);
  try {
    await refuseMissing(session, schema);
    await applyMigrations(
      {
        query: (statement, values) => session.query<Record<string, unknown>>(statement, values),
        script: (statements) => session.query(statements),
      },
      migrations,
    );
  } finally {
    await session.end();
  }
}

async function connect(connection: ClientConfig) {
  const client = databaseClient(connection);
  client.on("error", () => null); // a lost connection fails the query as well
  try {
    await client.connect();
  } catch (error) {
    const { host, port, database } = client;
    throw new DatabaseError(
      "unreachable",
      `PostgreSQL at ${host}:${port} does not let us into "${database}": ${reasonOf(error)}`,
      error,
    );
  }
  return client;
}

function databaseClient(connection: ClientConfig) {
  try {
    return new Client(connection);
  } catch (error) {
    throw new DatabaseError("address", `DATABASE_URL cannot be understood: ${reasonOf(error)}`);
  }
}

/** The address without what only Prisma knows, and the schema. */
function readAddress(url: string) {
  const [base = "", query = ""] = url.split("?", 2);
  const parameters = new URLSearchParams(query);
  const schema = parameters.get("schema") ?? "public";
  if (!/^[A-Za-z_]\w{0,62}$/.test(schema)) {
    throw new DatabaseError(
      "address",
      "DATABASE_URL names a schema that is more than letters, digits and underscores.",
    );
  }
  parameters.delete("schema");
  return { address: parameters.size > 0 ? `${base}?${parameters}` : base, schema };
}

async function refuseMissing(session: Client, schema: string) {
  if (schema === "public") return; // the first migration makes it
  const { rowCount } = await session.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [
    schema,
  ]);
  if (rowCount === 0) {
    throw new DatabaseError(
      "address",
      `DATABASE_URL names the schema "${schema}", which does not exist: create it, or leave it out of the address.`,
    );
  }
}

import type { PGlite } from "@electric-sql/pglite";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import { Client, Pool } from "pg";
import { reasonOf } from "./errors";
import type { Session } from "./migrations";

/** An embedded PostgreSQL, to those who expect a pool of connections. It has one at a time. */
export function poolOver(pglite: PGlite): Pool {
  let previous = Promise.resolve();

  class PGliteClient extends Client {
    constructor() {
      const { config, ended } = connectionTo(pglite, previous);
      previous = ended;
      super(config);
    }
  }
  return new Pool({ Client: PGliteClient, max: 1, idleTimeoutMillis: 0 });
}

/** The session of an embedded PostgreSQL, before anything else uses it. */
export function sessionOver(pglite: PGlite): Session {
  return {
    query: (statement, values) => pglite.query<unknown>(statement, values).catch(fail),
    script: (statements) => pglite.exec(statements).catch(fail),
  };
}

/**
 * A client's own connection. PGlite has one session for all: a client begins when its predecessor's last
 * message has been answered, and finds no transaction that the predecessor left open.
 */
function connectionTo(pglite: PGlite, previous: Promise<void>) {
  const config = createPgConfig(pglite);
  const { connection } = config;
  const { promise: ended, resolve: markEnded } = settledLater();

  const parse = connection.parse.bind(connection);
  // Prisma puts its own type parsers where PGlite expects a list of type ids.
  connection.parse = (query) =>
    parse({ ...query, types: Array.isArray(query.types) ? query.types : undefined });

  const connect = connection.connect.bind(connection);
  connection.connect = async (port, host) => {
    try {
      await previous;
      if (pglite.isInTransaction()) await pglite.exec("ROLLBACK");
      await connect(port, host);
    } catch (error) {
      connection.emit("error", error); // PGlite has been closed
      markEnded();
    }
  };

  const end = connection.end.bind(connection);
  connection.end = () => {
    end();
    connection.once("end", markEnded);
  };
  return { config: { ...config, ssl: false }, ended };
}

function settledLater() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** PGlite's own errors carry the whole script and, printed, the line of minified source they come from. */
function fail(error: unknown): never {
  throw new Error(reasonOf(error));
}

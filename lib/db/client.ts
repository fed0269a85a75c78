import { PrismaPg } from "@prisma/adapter-pg";
import type { Pool } from "pg";
import { watchConnections } from "./connections";
import { PrismaClient } from "./generated/client";

/** A database that is open and has every migration. */
export type OpenDatabase = {
  client: PrismaClient;
  /** In this process, or on a PostgreSQL server. */
  kind: "embedded" | "server";
  /** Lets go of it: connections, files, lock. A second call waits for the first. */
  close(): Promise<void>;
};

/** Where a client keeps its pool and its schema; the same in every copy of this module that Next makes. */
const POOL = Symbol.for("portico.pool");
const SCHEMA = Symbol.for("portico.schema");

/** The connections that a client uses, for the few statements that go past Prisma. */
export function poolUnder(client: PrismaClient): Pool {
  const { [POOL]: pool } = client as { [POOL]?: Pool };
  if (!pool) throw new Error("This client was not made here");
  return pool;
}

/** The schema that a client's tables are in, also to a transaction of it. */
export function schemaUnder(client: object): string {
  return (client as { [SCHEMA]?: string })[SCHEMA] ?? "public";
}

/** Prisma over a pool; the pool stays the caller's to end. */
export function clientFor(pool: Pool, schema = "public") {
  watchConnections(pool);
  const client = new PrismaClient({
    adapter: new PrismaPg(pool, { schema }),
    // Others print the query with its values, and the source around it.
    errorFormat: "minimal",
    // The embedded database has one connection: its transactions wait for each other.
    transactionOptions: { maxWait: 10_000, timeout: 15_000 },
  });
  return Object.assign(client, { [POOL]: pool, [SCHEMA]: schema });
}

/** What runs once, however often it is called. */
export function once(action: () => Promise<void>) {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}

import type { Client, Pool } from "pg";
import { noteAbsence } from "./absence";

/** PostgreSQL's codes for a server that ends, and for a write at one that only reads, such as a standby. */
const ENDS = /^57P/;
const ONLY_READS = "25006";

/**
 * Watches a pool's connections. One that breaks is noticed, also in the middle of a query. One that leads to a server that
 * only reads is not used again: the address may lead elsewhere by now, a connection never does.
 */
export function watchConnections(pool: Pool) {
  const reading = new WeakSet<Client>();
  pool.on("error", noteAbsence); // idle ones: unheard, the event would end the process
  pool.on("connect", (client) => {
    client.on("error", noteAbsence);
    client.connection.on("errorMessage", ({ code = "" }: { code?: string }) => {
      if (ENDS.test(code)) noteAbsence();
      if (code === ONLY_READS) reading.add(client);
    });
  });
  // The pool drops what is ending.
  pool.on("release", (_error, client) => {
    if (reading.has(client)) void client.end();
  });
}

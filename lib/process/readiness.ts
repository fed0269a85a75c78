import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { database } from "@/lib/db/database";
import { log, traceOf } from "./log";

const PATIENCE_MS = 2_000;

/** Whether this process can serve, or what its database does not do. */
export type Readiness = "ready" | "silent" | "read_only";

/** Asks the database whether it is there and takes writes, and waits a short time for its answer. */
export async function readiness(): Promise<Readiness> {
  try {
    const answer = await Promise.race([
      ask(),
      sleep(PATIENCE_MS, null, { ref: false }).then(giveUp),
    ]);
    if (answer === "read_only") log("error", "database.read_only", {});
    return answer;
  } catch (error) {
    log("error", "database.unavailable", traceOf(error));
    return "silent";
  }
}

const Answer = z.tuple([z.object({ readsOnly: z.boolean() })]);

/** A standby takes no writes, nor does a database that an operator or a provider has closed for them. */
async function ask(): Promise<Readiness> {
  const db = await database();
  const rows = await db.$queryRaw`
    SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool AS "readsOnly"`;
  const [{ readsOnly }] = Answer.parse(rows);
  return readsOnly ? "read_only" : "ready";
}

function giveUp(): never {
  throw new Error("The database takes too long");
}

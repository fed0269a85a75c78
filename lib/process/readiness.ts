import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { database } from "@/lib/db/database";
import { log, traceOf } from "./log";

const PATIENCE_MS = 2_000;

/** Whether the database answers, and soon. */
export async function isReady(): Promise<boolean> {
  try {
    await Promise.race([ask(), sleep(PATIENCE_MS, null, { ref: false }).then(giveUp)]);
    return true;
  } catch (error) {
    log("error", "database.unavailable", traceOf(error));
    return false;
  }
}

async function ask() {
  const db = await database();
  await db.$queryRaw`SELECT 1`;
}

function giveUp() {
  throw new Error("The database takes too long");
}

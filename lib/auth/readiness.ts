import "server-only";
import { database } from "@/lib/db/database";
import { log } from "@/lib/log";
import { nameOf } from "./failure";

/** Whether the database answers. */
export async function isReady(): Promise<boolean> {
  try {
    const db = await database();
    await db.$queryRaw`SELECT 1`;
    return true;
  } catch (error) {
    log("error", "database.unavailable", { message: nameOf(error) });
    return false;
  }
}

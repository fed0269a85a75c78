import "server-only";
import { connections } from "@/lib/conversation/configuration";
import { database } from "@/lib/db/database";

/** Whether any person can get in: at a portal that says who they are, or sent by a client that has a key for it. */
export async function hasDoor(): Promise<boolean> {
  if (connections().some(({ signIn }) => signIn !== "never")) return true;
  const db = await database();
  return (
    (await db.serviceKey.count({ where: { withdrawnAt: null, calls: { has: "connect" } } })) > 0
  );
}

/** For the log of a deployment that no person can enter. */
export const NO_DOOR =
  "No person can enter: no portal here can sign people in, and no client has a key for the call connect. Set up MLSConnect, Spark or the company login, or make a client: npm run clients.";

import "server-only";
import { database } from "@/lib/db/database";
import { table } from "@/lib/db/tables";

/** Which process tidies now: the one that holds this row until its time is over, by the database's clock. */

/** Shorter than the time between two tries of one process (`clock.ts`). */
const SECONDS = 240;

/** @returns whether it is this process's turn; then no other begins until its time is over */
export async function takeTurn(): Promise<boolean> {
  const db = await database();
  const taken = await db.$executeRaw`
    INSERT INTO ${table(db, "VerificationToken")} AS turn (identifier, token, expires)
    VALUES ('tidy', 'turn', now() + make_interval(secs => ${SECONDS}::int))
    ON CONFLICT (identifier, token) DO UPDATE SET expires = excluded.expires WHERE turn.expires < now()`;
  return taken > 0;
}

/** It takes longer: holds the turn for another while. */
export async function keepTurn(): Promise<void> {
  const db = await database();
  await db.$executeRaw`
    UPDATE ${table(db, "VerificationToken")} SET expires = now() + make_interval(secs => ${SECONDS}::int)
    WHERE identifier = 'tidy' AND token = 'turn'`;
}

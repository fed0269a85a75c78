import "server-only";
import { recordEvent } from "@/lib/accounts/audit";
import { database } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import { newReference } from "@/lib/process/reference";
import type { LiveSession } from "./session";

/** Where a user is signed in: since when, and whether that is this browser. The newest first. */
export async function sessionsOf(
  session: LiveSession,
): Promise<{ since: Date; isHere: boolean }[]> {
  const db = await database();
  const rows = await db.session.findMany({
    where: { userId: session.user.id, expires: { gt: new Date() } },
    orderBy: { createdAt: "desc" },
    select: { sessionToken: true, createdAt: true },
  });
  return rows.map(({ sessionToken, createdAt }) => ({
    since: createdAt,
    isHere: sessionToken === session.hash,
  }));
}

/** Ends a user's sessions in all browsers but this one. */
export async function endOtherSessions({ user, hash }: LiveSession): Promise<void> {
  await transaction(async (tx) => {
    const where = { userId: user.id, sessionToken: { not: hash } };
    const { count } = await tx.session.deleteMany({ where });
    if (count === 0) return;
    await recordEvent(tx, {
      action: "sign_out",
      outcome: "everywhere_else",
      actor: "user",
      userId: user.id,
      requestId: newReference(),
    });
  });
}

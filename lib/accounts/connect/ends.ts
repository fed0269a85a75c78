import "server-only";
import { databaseNow, nowIn } from "@/lib/db/clock";
import { database, type Transaction } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import { log, traceOf } from "@/lib/process/log";
import { newReference } from "@/lib/process/reference";
import { type By, recordEvent } from "../audit";
import { sessionEnded } from "../events/record";
import { revokeSoon } from "../revocation/revocations";
import { type ConnectSession, FINAL, lockSession, type SessionState, TOLD_MS } from "./sessions";
import { dropWaiting } from "./waiting";

/** How connect sessions end without links: what waits is given back to the portals. */

/** Ends a session whose row is locked. What waits is given back to the portals. */
export async function endSession(
  tx: Transaction,
  session: Pick<ConnectSession, "id" | "clientId" | "externalId">,
  status: Extract<SessionState, "declined" | "failed" | "expired">,
  by: By,
): Promise<(string | null)[]> {
  const dropped = await dropWaiting(tx, session.id);
  await tx.connectSession.update({
    where: { id: session.id },
    data: { status, expiresAt: await nowIn(tx), codeHash: null },
  });
  await tx.$executeRaw(sessionEnded(tx, session, status));
  await recordSession(tx, session, status, by);
  return dropped;
}

/** For the record: how a session has ended. */
export function recordSession(
  tx: Transaction,
  { clientId }: Pick<ConnectSession, "clientId">,
  outcome: "finished" | "declined" | "failed" | "expired",
  { actor, reference: requestId }: By,
): Promise<void> {
  return recordEvent(tx, { action: "connect_session", outcome, actor, clientId, requestId });
}

/** Ends what a client has begun for one user, or for all: nothing of it is kept. @returns what portals are to be asked */
export async function endSessionsOf(
  tx: Transaction,
  where: { clientId: string; externalId?: string },
): Promise<{ isAny: boolean; dropped: string[] }> {
  const rows = await tx.connectSession.findMany({ where, orderBy: { id: "asc" } });
  const dropped: (string | null)[] = [];
  for (const { id } of rows) {
    if (await lockSession(tx, id)) dropped.push(...(await dropWaiting(tx, id)));
  }
  await tx.connectSession.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } });
  return { isAny: rows.length > 0, dropped: dropped.filter((each) => each !== null) };
}

/** Ends sessions whose time is over, and forgets those that ended a day ago. @returns how many there were; fewer than a batch, and there are no more */
export async function endDueSessions(batch = 100): Promise<number> {
  const now = await databaseNow();
  const db = await database();
  const due = await db.connectSession.findMany({
    where: { status: { in: ["open", "started", "waiting"] }, expiresAt: { lte: now } },
    select: { id: true },
    orderBy: { expiresAt: "asc" },
    take: batch,
  });
  const dropped: (string | null)[] = [];
  for (const { id } of due) {
    try {
      dropped.push(...(await expire(id)));
    } catch (error) {
      log("error", "connect_session.not_ended", { session: id, ...traceOf(error) });
    }
  }
  await revokeSoon(dropped);
  const forgotten = new Date(now.getTime() - TOLD_MS);
  await db.connectSession.deleteMany({
    where: { status: { in: [...FINAL] }, expiresAt: { lt: forgotten } },
  });
  return due.length;
}

function expire(id: string): Promise<(string | null)[]> {
  return transaction(async (tx) => {
    const session = await lockSession(tx, id);
    const by = { actor: "system", reference: newReference() } as const;
    return session?.status === "expired" ? endSession(tx, session, "expired", by) : [];
  });
}

import "server-only";
import { randomBytes } from "node:crypto";
import type { Transaction } from "@/lib/db/database";
import { recordEvent } from "../audit";
import { sha256 } from "../tokens/sha256";
import { linkingAdapter } from "./adapter";

/** Sessions end thirty days after they began, however much they are used; signing in again begins another. */
const SESSION_SECONDS = 30 * 24 * 60 * 60;

/** So many browsers a user may be signed in with at once. */
const SESSIONS_OF_A_USER = 30;

/** What a browser is given: 256 random bits, of which only the hash is stored. */
export type NewSession = { token: string; expires: Date; user: string };

type Arrival = { oldSession: string | null; reference: string; now: Date };

/**
 * Begins a session, and ends the one that this browser had, also another user's. Clears expired sessions away, and ends the
 * user's oldest when there are too many. The caller has locked a user that may have others.
 */
export async function replaceSession(
  tx: Transaction,
  userId: string,
  { oldSession, reference, now }: Arrival,
): Promise<NewSession> {
  const token = randomBytes(32).toString("base64url");
  const expires = new Date(now.getTime() + SESSION_SECONDS * 1000);
  const stale = [{ expires: { lt: now } }, ...(oldSession ? [{ sessionToken: oldSession }] : [])];
  await tx.session.deleteMany({ where: { OR: stale } });
  await linkingAdapter(tx).createSession({ token, userId, expires });
  await endOldest(tx, { userId, newest: sha256(token), reference });
  return { token, expires, user: userId };
}

/** The newest is named: it may have waited for others of its user, and so have an earlier time than they. */
async function endOldest(
  tx: Transaction,
  { userId, newest, reference }: { userId: string; newest: string; reference: string },
) {
  const surplus = await tx.session.findMany({
    where: { userId, sessionToken: { not: newest } },
    orderBy: { createdAt: "desc" },
    skip: SESSIONS_OF_A_USER - 1,
    select: { sessionToken: true },
  });
  for (const { sessionToken } of surplus) {
    const { count } = await tx.session.deleteMany({ where: { sessionToken } });
    if (count === 0) continue; // it was signed out of meanwhile
    await recordEvent(tx, {
      action: "sign_out",
      outcome: "too_many",
      actor: "system",
      userId,
      requestId: reference,
    });
  }
}

/** Whose session has this hash; null when there is none. */
export async function userOfSession(tx: Transaction, sessionToken: string): Promise<string | null> {
  const session = await tx.session.findUnique({
    where: { sessionToken },
    select: { userId: true },
  });
  return session?.userId ?? null;
}

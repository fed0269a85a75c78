import "server-only";
import { randomBytes } from "node:crypto";
import type { Transaction } from "@/lib/db/database";
import { linkingAdapter } from "./adapter";

/** Sessions end thirty days after they began, however much they are used; signing in again begins another. */
const SESSION_SECONDS = 30 * 24 * 60 * 60;

/** What a browser is given: 256 random bits, of which only the hash is stored. */
export type NewSession = { token: string; expires: Date };

/** Begins a session, and ends the one that this browser had, also another user's. Clears expired sessions away. */
export async function replaceSession(
  tx: Transaction,
  userId: string,
  { oldSession, now }: { oldSession: string | null; now: Date },
): Promise<NewSession> {
  const token = randomBytes(32).toString("base64url");
  const expires = new Date(now.getTime() + SESSION_SECONDS * 1000);
  const stale = [{ expires: { lt: now } }, ...(oldSession ? [{ sessionToken: oldSession }] : [])];
  await tx.session.deleteMany({ where: { OR: stale } });
  await linkingAdapter(tx).createSession({ token, userId, expires });
  return { token, expires };
}

/** Whose session has this hash; null when there is none. */
export async function userOfSession(tx: Transaction, sessionToken: string): Promise<string | null> {
  const session = await tx.session.findUnique({
    where: { sessionToken },
    select: { userId: true },
  });
  return session?.userId ?? null;
}

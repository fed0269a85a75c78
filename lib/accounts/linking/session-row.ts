import "server-only";
import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Transaction } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import { moment, type Write } from "@/lib/db/together";
import { recordEvent } from "../audit";
import { sha256 } from "../tokens/sha256";

/** Sessions end thirty days after they began, however much they are used; signing in again begins another. */
const SESSION_SECONDS = 30 * 24 * 60 * 60;

/** So many browsers a user may be signed in with at once. */
const SESSIONS_OF_A_USER = 30;

/** What a browser is given: 256 random bits, of which only the hash is stored. */
export type NewSession = { token: string; expires: Date; user: string };

type Arrival = { oldSession: string | null; now: Date };

/** A session that is about to begin. */
export type BeginningSession = {
  session: NewSession;
  /** Begins it, and ends the one that this browser had, also another user's. Clears expired sessions away. */
  writes: Write[];
  /** Finds the sessions that the user will have too many, oldest last. */
  surplus: Prisma.Sql;
};

/** The caller has locked a user that may have other sessions. */
export function beginSession(
  tx: Transaction,
  userId: string,
  { oldSession, now }: Arrival,
): BeginningSession {
  const token = randomBytes(32).toString("base64url");
  const expires = new Date(now.getTime() + SESSION_SECONDS * 1000);
  return {
    session: { token, expires, user: userId },
    writes: [
      Prisma.sql`
        DELETE FROM ${table(tx, "Session")} WHERE expires < ${moment(now)} OR "sessionToken" = ${oldSession}`,
      Prisma.sql`
        INSERT INTO ${table(tx, "Session")} ("sessionToken", "userId", expires, "createdAt")
        VALUES (${sha256(token)}, ${userId}, ${moment(expires)}, ${moment(new Date())})`,
    ],
    surplus: Prisma.sql`
      SELECT "sessionToken" FROM ${table(tx, "Session")}
      WHERE "userId" = ${userId} AND expires >= ${moment(now)}
        AND "sessionToken" IS DISTINCT FROM ${oldSession}
      ORDER BY "createdAt" DESC OFFSET ${SESSIONS_OF_A_USER - 1}::int`,
  };
}

const Surplus = z.array(z.object({ sessionToken: z.string() }));

/** Ends the sessions that a user has too many. @param surplus what was found of them when another began */
export async function endOldest(
  tx: Transaction,
  { userId, reference, surplus }: { userId: string; reference: string; surplus: unknown },
) {
  for (const { sessionToken } of Surplus.parse(surplus)) {
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

import "server-only";
import { recordEvent } from "@/lib/accounts/audit";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { poolUnder } from "@/lib/db/client";
import { database } from "@/lib/db/database";
import { tableName } from "@/lib/db/tables";
import { transaction } from "@/lib/db/transaction";
import { settings } from "@/lib/env";
import { Lookups } from "@/lib/process/lookups";
import { processWide } from "@/lib/process/process-wide";
import { newReference } from "@/lib/process/reference";
import { logSummed } from "@/lib/process/summed-log";
import { TooManyRequests } from "@/lib/process/too-many-requests";

/** What the rest of the app, a page and a browser may know of a user. */
export type CurrentUser = {
  id: string;
  name: string | null;
  email: string | null;
  image: string | null;
  /** The language that they have chosen, as it was stored. */
  language: string | null;
};

/** A session that counts: its row exists and has not expired. `hash` is what the database knows its token by. */
export type LiveSession = { user: CurrentUser; hash: string; expires: Date };

/** `__Host-`: no sibling host can set it, and so put a user into another user's session. */
export function sessionCookieName() {
  return settings().secure ? "__Host-authjs.session-token" : localCookieName("session-token");
}

/** A cookie's name at http://localhost, where browsers send the cookies of one port to every other: no other app has it. */
export function localCookieName(name: string) {
  return `portico-${new URL(settings().origin).port || "80"}.${name}`;
}

export function sessionCookie(token: string, expires: Date) {
  return { name: sessionCookieName(), value: token, expires, ...ownCookie() };
}

/** How every cookie of ours is set: for us alone, out of reach of scripts, not sent by other sites' forms. */
export function ownCookie() {
  return { httpOnly: true, sameSite: "lax", path: "/", secure: settings().secure } as const;
}

/** How many cookies that this process has not seen before it looks up in a second, and how many at once. */
const UNSEEN_COOKIES = { perSecond: 50, burst: 500 };

const lookups = processWide("sessions", () => new Lookups(UNSEEN_COOKIES, performance.now()));

/**
 * The session behind a cookie's value, or null: an expired row is no session.
 * @throws {TooManyRequests} when too many cookies come that this process has not seen before
 */
export async function liveSession(
  token: string | undefined,
  now: Date,
): Promise<LiveSession | null> {
  const session = token ? await storedSession(token) : null;
  if (!session || session.expires <= now) return null;
  return { user: session.user, hash: session.sessionToken, expires: session.expires };
}

/** One statement past Prisma: every page makes it (docs/benchmarks.md). */
async function storedSession(token: string) {
  const sessionToken = sha256(token);
  const read = async () => {
    const db = await database();
    const text = `SELECT s.expires, u.id, u.name, u.email, u.image, u.language
      FROM ${tableName(db, "Session")} s JOIN ${tableName(db, "User")} u ON u.id = s."userId" WHERE s."sessionToken" = $1`;
    const { rows } = await poolUnder(db).query<CurrentUser & { expires: Date }>(text, [
      sessionToken,
    ]);
    const [row] = rows;
    if (!row) return null;
    const { expires, ...user } = row;
    return { sessionToken, expires, user };
  };
  try {
    return await lookups().find(sessionToken, read, performance.now());
  } catch (error) {
    if (error instanceof TooManyRequests) logSummed("warn", "limit.unseen_cookies");
    throw error;
  }
}

/**
 * Ends the session behind a cookie's value, for this browser and for any other that has the cookie.
 * @throws {TooManyRequests} as `liveSession`
 */
export async function endSession(token: string) {
  if (!(await storedSession(token))) return;
  const sessionToken = sha256(token);
  await transaction(async (tx) => {
    const session = await tx.session.findUnique({
      where: { sessionToken },
      select: { userId: true },
    });
    const { count } = await tx.session.deleteMany({ where: { sessionToken } });
    if (!session || count === 0) return;
    await recordEvent(tx, {
      action: "sign_out",
      outcome: "succeeded",
      actor: "user",
      userId: session.userId,
      requestId: newReference(),
    });
  });
}

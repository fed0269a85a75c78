import "server-only";
import { recordEvent } from "@/lib/accounts/audit";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { database } from "@/lib/db/database";
import { settings } from "@/lib/env";
import { newReference } from "@/lib/process/reference";

/** What the rest of the app, a page and a browser may know of a user. */
export type CurrentUser = {
  id: string;
  name: string | null;
  email: string | null;
  image: string | null;
};

/** A session that counts: its row exists and has not expired. `hash` is what the database knows its token by. */
export type LiveSession = { user: CurrentUser; hash: string; expires: Date };

/** `__Host-`: no sibling host can set it, and so put a user into another user's session. */
export function sessionCookieName() {
  return `${settings().secure ? "__Host-" : ""}authjs.session-token`;
}

export function sessionCookie(token: string, expires: Date) {
  return { name: sessionCookieName(), value: token, expires, ...ownCookie() };
}

/** How every cookie of ours is set: for us alone, out of reach of scripts, not sent by other sites' forms. */
export function ownCookie() {
  return { httpOnly: true, sameSite: "lax", path: "/", secure: settings().secure } as const;
}

/** The session behind a cookie's value, or null: an expired row is no session. */
export async function liveSession(
  token: string | undefined,
  now: Date,
): Promise<LiveSession | null> {
  if (!token) return null;
  const db = await database();
  const session = await db.session.findUnique({
    where: { sessionToken: sha256(token) },
    select: {
      sessionToken: true,
      expires: true,
      user: { select: { id: true, name: true, email: true, image: true } },
    },
  });
  if (!session || session.expires <= now) return null;
  return { user: session.user, hash: session.sessionToken, expires: session.expires };
}

/** Ends the session behind a cookie's value, for this browser and for any other that has the cookie. */
export async function endSession(token: string) {
  const db = await database();
  const sessionToken = sha256(token);
  await db.$transaction(async (tx) => {
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

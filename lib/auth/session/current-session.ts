import "server-only";
import { cookies } from "next/headers";
import { type LiveSession, liveSession, sessionCookieName } from "./session";

/** The live session that this request comes with, or null. */
export async function currentSession(): Promise<LiveSession | null> {
  const token = (await cookies()).get(sessionCookieName())?.value;
  return liveSession(token, new Date());
}

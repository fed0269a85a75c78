import "server-only";
import { cookies } from "next/headers";
import { endSession, ownCookie, sessionCookieName } from "./session";

/** Ends this browser's session. When the database does not answer it throws, and the browser stays signed in and says so. */
export async function signOut() {
  const jar = await cookies();
  const token = jar.get(sessionCookieName())?.value;
  if (token) await endSession(token);
  jar.set({ name: sessionCookieName(), value: "", maxAge: 0, ...ownCookie() });
}

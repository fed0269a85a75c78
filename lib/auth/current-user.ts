import "server-only";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { type CurrentUser, liveSession, sessionCookieName } from "./session";

/** Whoever this request comes from, asked once a request. */
export const currentUser = cache(async (): Promise<CurrentUser | null> => {
  const token = (await cookies()).get(sessionCookieName())?.value;
  return (await liveSession(token, new Date()))?.user ?? null;
});

/** The user, or the sign-in page. */
export async function requireUser(): Promise<CurrentUser> {
  return (await currentUser()) ?? redirect("/sign-in");
}

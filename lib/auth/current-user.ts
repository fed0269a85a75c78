import "server-only";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { log } from "@/lib/log";
import { traceOf } from "./failure";
import { type CurrentUser, liveSession, sessionCookieName } from "./session";

/** Whoever this request comes from, asked once a request. */
const currentUser = cache(async (): Promise<CurrentUser | null> => {
  const token = (await cookies()).get(sessionCookieName())?.value;
  return (await liveSession(token, new Date()))?.user ?? null;
});

/** As `currentUser`, for pages that greet strangers as well: a database that does not answer knows nobody. */
export async function currentUserIfKnown(): Promise<CurrentUser | null> {
  try {
    return await currentUser();
  } catch (error) {
    log("error", "database.unavailable", traceOf(error));
    return null;
  }
}

/** The user, or the sign-in page. */
export async function requireUser(): Promise<CurrentUser> {
  return (await currentUser()) ?? redirect("/sign-in");
}

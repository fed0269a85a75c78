import "server-only";
import { redirect } from "next/navigation";
import { cache } from "react";
import { log, traceOf } from "@/lib/process/log";
import { currentSession } from "./current-session";
import type { CurrentUser, LiveSession } from "./session";

/** Asked once a request. */
const session = cache(currentSession);

/** As `requireSession`, for pages that visitors see as well. When the database does not answer, no user is known. */
export async function currentUserIfKnown(): Promise<CurrentUser | null> {
  try {
    return (await session())?.user ?? null;
  } catch (error) {
    log("error", "database.unavailable", traceOf(error));
    return null;
  }
}

/** The session, or the sign-in page. */
export async function requireSession(): Promise<LiveSession> {
  return (await session()) ?? redirect("/sign-in");
}

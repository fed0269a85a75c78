import "server-only";
import { redirect } from "next/navigation";
import { cache } from "react";
import { isDatabaseTrouble } from "@/lib/db/trouble";
import { log, traceOf } from "@/lib/process/log";
import { TooManyRequests } from "@/lib/process/too-many-requests";
import { currentSession } from "./current-session";
import type { CurrentUser, LiveSession } from "./session";

/** Asked once a request. */
const session = cache(currentSession);

/** As `requireSession`, for pages that visitors see as well. When the database does not answer, or too many ask, no user is known. */
export async function currentUserIfKnown(): Promise<CurrentUser | null> {
  try {
    return (await session())?.user ?? null;
  } catch (error) {
    if (!(error instanceof TooManyRequests)) log("error", "database.unavailable", traceOf(error));
    return null;
  }
}

/**
 * The session, or the sign-in page.
 * @param signIn its path, with what it is to say
 */
export async function requireSession(signIn = "/sign-in"): Promise<LiveSession> {
  return (await sessionOrSentence()) ?? redirect(signIn);
}

/** As `requireSession`, for actions: without scripts, an error of an action is no page. */
export async function requireSessionToAct(signIn: string): Promise<LiveSession> {
  try {
    return await requireSession(signIn);
  } catch (error) {
    if (!isDatabaseTrouble(error)) throw error;
    log("error", "database.unavailable", traceOf(error));
    return redirect("/dashboard?problem=unavailable");
  }
}

async function sessionOrSentence() {
  try {
    return await session();
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error;
    return redirect("/sign-in?problem=too_many_requests");
  }
}

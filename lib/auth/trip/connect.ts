import "server-only";
import { headers } from "next/headers";
import { noteProblem } from "@/lib/accounts/connect/browser";
import type { ConnectSession } from "@/lib/accounts/connect/sessions";
import { settings } from "@/lib/env";
import type { Connection } from "@/lib/portals/connections";
import { log, traceOf } from "@/lib/process/log";
import { newReference } from "@/lib/process/reference";
import { connectCookieName } from "@/lib/process/server/connect-cookie.mjs";
import { TooManyRequests } from "@/lib/process/too-many-requests";
import { recordedOutcome } from "../flow/consumption";
import { exchangeFailure, type Failure, reportFailure } from "../flow/failure";
import { keepFlow } from "../flow/flow";
import { bareProblem, pathWith } from "../flow/problems";
import { isConnectPage, type ReturnPath } from "../flow/return-path";
import { authorizationRequest } from "./authorization-request";
import { countRequestToken } from "./start";
import { countVisit } from "./visits";

/**
 * Starts a trip for a connect session. It knows nothing of who may be signed in here in the same browser.
 * @returns the portal's address, or the session's page with why not
 */
export async function startConnectFlow(
  connection: Connection,
  session: Pick<ConnectSession, "id" | "accountId">,
  page: ReturnPath,
): Promise<string> {
  const about = { connection: connection.id, mode: "connect", reference: newReference() } as const;
  try {
    countVisit(await headers());
    await countRequestToken(connection, null);
    const { address, key, seconds, ...kept } = await authorizationRequest(connection);
    const startedAt = Date.now();
    await keepFlow(key, {
      ...kept,
      connection: connection.id,
      mode: "connect",
      connectSession: session.id,
      returnTo: page,
      owner: null,
      expected: session.accountId ? { who: "same", link: session.accountId } : { who: "another" },
      startedAt,
      expiresAt: startedAt + seconds * 1000,
    });
    return address;
  } catch (error) {
    if (error instanceof TooManyRequests) {
      return pathWith(page, bareProblem("too_many_requests", about));
    }
    const failure = exchangeFailure(error);
    reportFailure(failure, about);
    await noteFailure(session.id, connection.id, failure);
    return pathWith(page, { kind: "problem", problem: failure.problem, ...about });
  }
}

/**
 * Where a portal's answer leads that comes a second time, such as after the back button: the page on which its flow has ended, without
 * what was said there. Only for the browser that the session's page was shown to.
 */
export async function endedOnConnectPage(
  state: string,
  hasCookie: (name: string) => boolean,
): Promise<string | null> {
  const ended = await recordedOutcome(state);
  if (ended === null || ended === "old" || !isConnectPage(ended.location)) return null;
  const { pathname } = new URL(ended.location, settings().origin);
  const [, , , secret = ""] = pathname.split("/");
  return hasCookie(connectCookieName(secret, settings().origin)) ? pathname : null;
}

/** For the client, and for the portal's row on the page: what went wrong there. */
export async function noteFailure(session: string, connection: string, { problem }: Failure) {
  try {
    await noteProblem(session, connection, problem);
  } catch (error) {
    log("error", "flow.problem_lost", traceOf(error));
  }
}

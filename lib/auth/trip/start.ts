import "server-only";
import { cookies, headers } from "next/headers";
import type { ExpectedMember } from "@/lib/accounts/linking/expected-member";
import type { Connection } from "@/lib/portals/connections";
import { traceOf } from "@/lib/process/log";
import { newReference } from "@/lib/process/reference";
import { TooManyRequests } from "@/lib/process/too-many-requests";
import { exchangeFailure, type Failure, reportFailure } from "../flow/failure";
import { type Flow, keepFlow } from "../flow/flow";
import { bareProblem, pathWith } from "../flow/problems";
import { type ReturnPath, signInPath } from "../flow/return-path";
import { currentSession } from "../session/current-session";
import type { LiveSession } from "../session/session";
import { authorizationRequest } from "./authorization-request";
import { countByHand } from "./by-hand";
import { countCode } from "./codes";
import { visitorOf } from "./visitor";
import { countVisit } from "./visits";

/**
 * As `beginFlow`, for a form: also what a limit refuses is a page of ours that says so.
 * @param expected whose tokens a link flow may bring
 */
export async function startFlow(
  connection: Connection,
  mode: Flow["mode"],
  returnTo: ReturnPath,
  expected?: ExpectedMember,
): Promise<string> {
  try {
    return await beginFlow(connection, mode, returnTo, expected);
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error;
    const page = mode === "link" ? "/dashboard" : signInPath(returnTo);
    return pathWith(page, bareProblem("too_many_requests", { connection: connection.id, mode }));
  }
}

/**
 * Starts every flow: leaves a sealed flow in the browser and resolves to the address to send it to. That is the
 * portal's authorization endpoint, or a page of ours that says why not.
 * @throws {TooManyRequests}
 */
export async function beginFlow(
  connection: Connection,
  mode: Flow["mode"],
  returnTo: ReturnPath,
  expected: ExpectedMember = { who: "first" },
): Promise<string> {
  countVisit(await headers());
  const about = { connection: connection.id, mode, reference: newReference() };
  const refuse = (session: LiveSession | null, failure: Failure) => {
    reportFailure(failure, about);
    const page = session ? "/dashboard" : signInPath(returnTo);
    return pathWith(page, { kind: "problem", problem: failure.problem, ...about });
  };
  let session: LiveSession | null;
  try {
    session = await currentSession();
  } catch (error) {
    if (error instanceof TooManyRequests) throw error;
    return refuse(null, { problem: "unavailable", detail: traceOf(error) });
  }
  if (mode === "link" && !session) return refuse(session, { problem: "sign_in_first" });
  if (mode === "signin" ? connection.signIn === "never" : connection.login !== null) {
    return refuse(session, { problem: "not_offered" });
  }
  try {
    await countStart(connection, mode, session);
    const { address, key, seconds, ...kept } = await authorizationRequest(connection);
    const startedAt = Date.now();
    await keepFlow(key, {
      ...kept,
      connection: connection.id,
      mode,
      returnTo,
      connectSession: null,
      owner: mode === "link" && session ? { user: session.user.id, session: session.hash } : null,
      expected,
      startedAt,
      expiresAt: startedAt + seconds * 1000,
    });
    return address;
  } catch (error) {
    if (error instanceof TooManyRequests) throw error;
    return refuse(session, exchangeFailure(error));
  }
}

/** A link that is begun counts for its user. Where each start is a request at the portal, a sign-in counts as a code does. */
async function countStart(
  connection: Connection,
  mode: Flow["mode"],
  session: LiveSession | null,
): Promise<void> {
  if (mode === "link" && session) return countByHand(session.user.id);
  await countRequestToken(connection, session);
}

/** Counts as a code what asks the portal at each start. */
export async function countRequestToken(
  connection: Connection,
  session: LiveSession | null,
): Promise<void> {
  if (connection.portal.protocol !== "oauth1") return;
  const now = new Date();
  const request = { cookies: await cookies(), headers: await headers() };
  await countCode(connection, await visitorOf(request, session, now), now);
}

import "server-only";
import { type NextRequest, NextResponse } from "next/server";
import { isSessionOpen } from "@/lib/accounts/connect/sessions";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { connections, findConnection } from "@/lib/conversation/configuration";
import { database } from "@/lib/db/database";
import { settings } from "@/lib/env";
import {
  type AuthorizationResponse,
  readAuthorizationResponse,
  readRequestTokenResponse,
} from "@/lib/oauth/authorization-response";
import type { Connection } from "@/lib/portals/connections";
import { log, traceOf } from "@/lib/process/log";
import { newReference } from "@/lib/process/reference";
import { TooManyRequests } from "@/lib/process/too-many-requests";
import {
  awaitOutcome,
  claimFlow,
  type FinishedFlow,
  recordedOutcome,
  recordOutcome,
  wasClaimed,
} from "../flow/consumption";
import { type Failure, reportFailure } from "../flow/failure";
import {
  connectPageFor,
  type Flow,
  type FoundFlow,
  findFlow,
  flowCookieName,
  isExpired,
} from "../flow/flow";
import { isOfThePortal, type Problem, pathWith } from "../flow/problems";
import { isConnectPage, type ReturnPath, signInPath } from "../flow/return-path";
import { lastConnectionCookie } from "../session/last-connection";
import { lastUserCookie } from "../session/last-user";
import {
  type LiveSession,
  liveSession,
  ownCookie,
  sessionCookie,
  sessionCookieName,
} from "../session/session";
import { countCode } from "./codes";
import { endedOnConnectPage, noteFailure } from "./connect";
import { beginExchange } from "./exchange";
import { type Answered, finishFlow, saysNoInSilence } from "./finish";
import { refusedCodesCookie } from "./refused-codes";
import { retryInPassing } from "./retries";
import { backFromLogout, forgottenLogout } from "./single-logout";
import { type Visitor, visitorOf } from "./visitor";
import { countAnswer } from "./visits";

/** A portal's redirect, back with us. */
type Arrival = {
  request: NextRequest;
  now: Date;
  reference: string;
  session: LiveSession | null;
  visitor: Visitor;
};

/**
 * Answers a portal's redirect back to us. What it may do depends on the flow alone: without one that this browser
 * began, nothing is exchanged, signed in or linked.
 * @param named the connection that the path names, or the portal at its shared callback
 * @throws {TooManyRequests} before anything is exchanged: the same answer may come again
 */
export async function callback(request: NextRequest, named: string): Promise<Response> {
  const now = new Date();
  const reference = newReference();
  try {
    const token = request.cookies.get(sessionCookieName())?.value;
    const session = await liveSession(token, now);
    const visitor = await visitorOf(request, session, now);
    return await answer({ request, now, reference, session, visitor }, named);
  } catch (error) {
    if (error instanceof TooManyRequests) throw error;
    // The database does not answer: most likely at the first question, before anything was exchanged.
    const failure: Failure = { problem: "unavailable", detail: traceOf(error) };
    reportFailure(failure, { connection: named, reference });
    return redirectTo(
      endOf({ reference, session: null }, { connection: named, mode: null }, failure),
    );
  }
}

async function answer(arrival: Arrival, named: string): Promise<Response> {
  const read = speaksOAuth1(named) ? readRequestTokenResponse : readAuthorizationResponse;
  const response = read(arrival.request.nextUrl.searchParams);
  if (!response?.flow) return refuse(arrival, named, { problem: unplaced(named, response) });
  const { flow: key } = response;
  const flow = await findFlow(key);
  if (!flow) {
    const signedOut = response.answer.kind === "nothing" && (await signedOutAnswer(arrival, key));
    return signedOut || withoutFlow(arrival, named, key);
  }

  const connection = findConnection(flow.connection);
  if (connection && arrival.request.nextUrl.pathname !== connection.callbackPath) {
    return redirectTo(failed(arrival, flow, { problem: "wrong_address" }).location); // the flow goes on where it should
  }
  const { location, session, codeRefused } = await outcomeOf(arrival, connection, flow, {
    ...response,
    flow: key,
  });
  const redirect = redirectTo(location);
  redirect.cookies.set({ name: flowCookieName(key), value: "", maxAge: 0, ...ownCookie() });
  if (session) {
    redirect.cookies.set(sessionCookie(session.token, session.expires));
    redirect.cookies.set(lastConnectionCookie(flow.connection));
    redirect.cookies.set(await lastUserCookie(session.user));
  }
  if (codeRefused && arrival.visitor.kind === "new") {
    redirect.cookies.set(await refusedCodesCookie(arrival.visitor.refusedAt, arrival.now));
  }
  return redirect;
}

/** A portal that has signed a user out sends them here too, with the state they left with and nothing else. */
async function signedOutAnswer({ request }: Arrival, state: string) {
  const page = await backFromLogout(request, state);
  if (!page) return null;
  const answer = redirectTo(page);
  answer.cookies.set(forgottenLogout());
  return answer;
}

function speaksOAuth1(connection: string) {
  return findConnection(connection)?.portal.protocol === "oauth1";
}

/** An answer that belongs to no flow changes nothing; at most its own words say who has to act. */
function unplaced(named: string, response: AuthorizationResponse | null): Problem {
  if (!response) return "answer_malformed";
  const { answer } = response;
  const code = answer.kind === "error" ? answer.code : null;
  if (code === "redirect_mismatch") return code;
  const isNo = answer.kind === "nothing" || code === "access_denied";
  const there = connections().find(({ id, portal }) => id === named || portal.id === named);
  return isNo && there && saysNoInSilence(there.portal) ? "access_denied" : "state_missing";
}

/** Back button, another browser, a copied address: the page says which, and nothing else happens. */
async function withoutFlow(arrival: Arrival, named: string, state: string) {
  countAnswer(arrival.visitor);
  const used = await wasClaimed(sha256(state));
  const page =
    used && (await endedOnConnectPage(state, (name) => arrival.request.cookies.has(name)));
  if (page) return redirectTo(page);
  if (used && arrival.session) return redirectTo("/dashboard");
  return refuse(arrival, named, { problem: used ? "flow_used" : "flow_missing" });
}

/** With a page, and whether the portal has refused the code. */
type Ended = FinishedFlow & { codeRefused?: boolean };

/** How a flow ends. Every refusal stands before the first request to the portal. */
async function outcomeOf(
  arrival: Arrival,
  connection: Connection | null,
  flow: FoundFlow,
  response: Answered,
): Promise<Ended> {
  const { now, session, reference, visitor } = arrival;
  const fail = (failure: Failure) => failed(arrival, flow, failure);

  if (!connection) return fail({ problem: "not_offered" });
  if (isExpired(flow, now)) return fail({ problem: "flow_expired" });
  if (flow.owner && flow.owner.session !== session?.hash)
    return fail({ problem: "session_changed" });

  if (flow.connectSession !== null && !(await isSessionOpen(flow.connectSession))) {
    return fail({ problem: "session_over" }); // nothing is exchanged for it
  }
  const isCode = response.answer.kind === "code";
  if (!isCode) countAnswer(visitor);
  const counted = isCode ? await countCode(connection, visitor, now) : null;
  const exchange = await beginExchange(connection, flow, response);
  if (!(await claimFlow(flow.stateHash, now, exchange.code))) {
    await counted?.takeBack();
    const earlier = await awaitOutcome(flow.state);
    if (typeof earlier === "object") return earlier;
    return fail({ problem: earlier === "old" ? "flow_used" : "flow_unfinished" });
  }

  const oldSession = session?.hash ?? null;
  const alsoWrite = counted ? [counted.takenBack] : [];
  const trip = { flow, oldSession, reference, alsoWrite, end: exchange.end };
  const ended = await finishFlow(connection, trip, response);
  retryInPassing();
  if ("location" in ended) return ended;
  const codeRefused = isCode && isOfThePortal(ended.problem);
  await exchange.failed(ended.problem);
  if (!codeRefused) await counted?.takeBack();
  const outcome = fail(ended);
  if (flow.connectSession !== null) await noteFailure(flow.connectSession, connection.id, ended);
  return { ...((await recordFailure(flow, outcome, now)) ?? outcome), codeRefused };
}

/**
 * Keeps a failure for a second arrival.
 * @returns how the flow really ended, where the database had said yes and only its answer was lost
 */
async function recordFailure(
  { state }: FoundFlow,
  outcome: FinishedFlow,
  now: Date,
): Promise<FinishedFlow | null> {
  try {
    if (await recordOutcome(await database(), state, outcome, now)) return null;
    const recorded = await recordedOutcome(state);
    return typeof recorded === "object" ? recorded : null;
  } catch (error) {
    log("error", "flow.outcome_lost", traceOf(error));
    return null;
  }
}

/** What is known of where an arrival belongs: all of its flow, or the connection or portal in its path at most. */
type About = {
  connection: string;
  mode: Flow["mode"] | null;
  returnTo?: ReturnPath;
};

function failed(arrival: Arrival, about: About, failure: Failure): FinishedFlow {
  const { reference } = arrival;
  reportFailure(failure, { connection: about.connection, mode: about.mode, reference });
  return { location: endOf(arrival, about, failure), session: null };
}

async function refuse(arrival: Arrival, named: string, failure: Failure) {
  const returnTo = await connectPageFor(
    (id) => id === named || findConnection(id)?.portal.id === named,
  );
  const about = returnTo ? ({ mode: "connect", returnTo } as const) : { mode: null };
  return redirectTo(failed(arrival, { connection: named, ...about }, failure).location);
}

/** Where a failure is told: on the dashboard to a user who is signed in, otherwise on the sign-in page. */
function endOf(
  { reference, session }: Pick<Arrival, "reference" | "session">,
  { connection, mode, returnTo = "/dashboard" }: About,
  { problem }: Failure,
) {
  const page = isConnectPage(returnTo) ? returnTo : session ? "/dashboard" : signInPath(returnTo);
  return pathWith(page, { kind: "problem", problem, connection, mode, reference });
}

/** 303: the browser goes on with GET, and the address with the code in it is neither kept nor passed on. */
function redirectTo(location: string) {
  return NextResponse.redirect(new URL(location, settings().origin), {
    status: 303,
    headers: { "cache-control": "no-store", "referrer-policy": "no-referrer" },
  });
}

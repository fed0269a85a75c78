import "server-only";
import { NextRequest } from "next/server";
import { exchangeVerifier, type MemberTokens } from "@/lib/conversation/code-exchange";
import { metadataOf } from "@/lib/conversation/issuers";
import { settings } from "@/lib/env";
import type { AuthorizationResponse } from "@/lib/oauth/authorization-response";
import { OAuthError } from "@/lib/oauth/errors";
import type { Connection } from "@/lib/portals/connections";
import { traceOf } from "@/lib/process/log";
import { handlers } from "../authjs/auth";
import { type Trip, withTrip } from "../authjs/trip";
import { checksHeader } from "../flow/checks";
import type { FinishedFlow } from "../flow/consumption";
import { exchangeFailure, type Failure } from "../flow/failure";
import type { Flow } from "../flow/flow";
import { type Completion, complete } from "../linking/complete";

/** An answer whose flow this browser has. */
export type Answered = AuthorizationResponse & { flow: string };

type Arrived = NonNullable<Trip["arrival"]>;

/** Exchanges what a portal sent a person back with, and completes the flow. Once: the caller has claimed it. */
export async function finishFlow(
  connection: Connection,
  arrival: Arrived,
  response: Answered,
): Promise<FinishedFlow | Failure> {
  const { answer } = response;
  if (answer.kind === "nothing") return { problem: "answer_malformed" };
  if (answer.kind === "error") {
    const { code, error, description } = answer;
    return { problem: code, detail: { error, description } };
  }
  const exchangeCode = connection.portal.protocol === "oauth1" ? withVerifier : finishThroughAuthJs;
  try {
    await checkIssuer(connection, response);
    return await exchangeCode(connection, arrival, { key: response.flow, code: answer.code });
  } catch (error) {
    return exchangeFailure(error);
  }
}

type Exchangeable = { key: string; code: string };

/** Auth.js checks what its cookies hold, asks for the tokens through our providers, and calls `complete()`. */
async function finishThroughAuthJs(
  connection: Connection,
  arrival: Arrived,
  { key: state, code }: Exchangeable,
): Promise<FinishedFlow | Failure> {
  const trip: Trip = { connection, arrival };
  const request = await requestFor(connection, arrival.flow, { code, state });
  await withTrip(trip, () => handlers.GET(request));
  if (trip.completion) return ended(trip.completion);
  // Once the portal has said who is there, only our own writing is left to fail.
  if (trip.introduction) return notSaved(trip.error);
  return exchangeFailure(trip.error);
}

/** The request as Auth.js would have had it in a browser with one flow and no session: it links whatever arrives to any session that it sees. */
async function requestFor(
  { id }: Connection,
  { checks }: Flow,
  { code, state }: { code: string; state: string },
) {
  const query = new URLSearchParams({ code, state });
  const cookie = await checksHeader(id, state, checks);
  const url = `${settings().origin}/api/auth/callback/${id}?${query}`;
  return new NextRequest(url, { headers: { cookie } });
}

/** RFC 5849 section 2.3. */
async function withVerifier(
  connection: Connection,
  arrival: Arrived,
  { key: token, code: verifier }: Exchangeable,
): Promise<FinishedFlow | Failure> {
  const requestToken = { token, secret: arrival.flow.requestTokenSecret ?? "" };
  const introduction = await exchangeVerifier(connection, requestToken, verifier);
  return completed(connection, arrival, introduction);
}

/** Completes a flow that Auth.js has no part in. */
export async function completed(
  connection: Connection,
  arrival: Omit<Arrived, "flow"> & {
    flow: Pick<Flow, "owner" | "expected" | "returnTo" | "stateHash">;
  },
  introduction: MemberTokens,
): Promise<FinishedFlow | Failure> {
  try {
    return ended(await complete({ ...arrival, ...introduction, connection, now: new Date() }));
  } catch (error) {
    return notSaved(error);
  }
}

function ended(completion: Completion): FinishedFlow | Failure {
  return completion.kind === "done" ? completion.outcome : { problem: completion.kind };
}

function notSaved(error: unknown): Failure {
  return { problem: "not_saved", detail: traceOf(error) };
}

/** RFC 9207 section 2.4: an answer that says it is another issuer's, or does not say what this one always says, is not ours. */
async function checkIssuer(connection: Connection, { issuer }: AuthorizationResponse) {
  if (!connection.issuer) return;
  const named = (await metadataOf(connection)).authorization_response_iss_parameter_supported;
  if (issuer === connection.issuer || (issuer === null && !named)) return;
  throw new OAuthError("unverified", "The answer does not name the issuer that was asked");
}

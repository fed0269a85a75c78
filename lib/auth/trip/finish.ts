import "server-only";
import { NextRequest } from "next/server";
import { exchangeVerifier } from "@/lib/conversation/code-exchange";
import { anotherIssuer, checkAnswerIssuer, isOfAnother } from "@/lib/conversation/issuers";
import { settings } from "@/lib/env";
import type { AuthorizationResponse } from "@/lib/oauth/authorization-response";
import type { Connection } from "@/lib/portals/connections";
import type { Portal } from "@/lib/portals/portal";
import { handlers } from "../authjs/auth";
import { checksHeader } from "../authjs/checks";
import { runAuthJs } from "../authjs/context";
import { completeTrip } from "../flow/complete-trip";
import type { FinishedFlow } from "../flow/consumption";
import { exchangeFailure, type Failure } from "../flow/failure";
import type { Flow, FoundFlow } from "../flow/flow";
import type { Trip } from "../flow/trip";

/** An answer whose flow this browser has. */
export type Answered = AuthorizationResponse & { flow: string };

/** Exchanges what a portal sent a person back with, and completes the flow. Once: the caller has claimed it. */
export async function finishFlow(
  connection: Connection,
  trip: Returned,
  response: Answered,
): Promise<FinishedFlow | Failure> {
  const { answer } = response;
  if (isOfAnother(connection, response.issuer)) return exchangeFailure(anotherIssuer());
  if (answer.kind === "nothing") {
    return { problem: saysNoInSilence(connection.portal) ? "access_denied" : "answer_malformed" };
  }
  if (answer.kind === "error") {
    const { code, error, description } = answer;
    return { problem: code, detail: { error, description } };
  }
  const finish = connection.portal.protocol === "oauth1" ? finishWithVerifier : finishThroughAuthJs;
  try {
    await checkAnswerIssuer(connection, response.issuer);
    return await finish(connection, trip, { key: response.flow, code: answer.code });
  } catch (error) {
    return exchangeFailure(error);
  }
}

/** Whether an answer of this portal in which nothing is said is the member's no. */
export function saysNoInSilence(portal: Portal) {
  return portal.protocol === "oauth2" && portal.refusalWithoutError === true;
}

type Returned = Trip & { flow: FoundFlow };

type Exchangeable = { key: string; code: string };

/** Auth.js checks what its cookies hold, asks for the tokens through our providers, and has the flow completed. */
async function finishThroughAuthJs(
  connection: Connection,
  trip: Returned,
  { key: state, code }: Exchangeable,
): Promise<FinishedFlow | Failure> {
  const request = await requestFor(connection, trip.flow, { code, state });
  const { finished, error } = await runAuthJs(trip, () => handlers.GET(request));
  if (error) return exchangeFailure(error);
  return finished ?? { problem: "internal" };
}

/** The request as Auth.js would have it from a browser with one flow and no session: it links what arrives to any session that it sees. */
async function requestFor(
  { id }: Connection,
  { checks }: Flow,
  { code, state }: { code: string; state: string },
) {
  const query = new URLSearchParams({ code, state });
  const cookie = await checksHeader(id, checks);
  const url = `${settings().origin}/api/auth/callback/${id}?${query}`;
  return new NextRequest(url, { headers: { cookie } });
}

/** RFC 5849 section 2.3. */
async function finishWithVerifier(
  connection: Connection,
  trip: Returned,
  { key: token, code: verifier }: Exchangeable,
): Promise<FinishedFlow | Failure> {
  const requestToken = { token, secret: trip.flow.requestTokenSecret ?? "" };
  return completeTrip(connection, trip, await exchangeVerifier(connection, requestToken, verifier));
}

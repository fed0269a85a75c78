import "server-only";
import { settings } from "@/lib/env";
import { type ApiProblem, problemKinds } from "./problem";

/** What a call comes to: a body, or why there is none. */
export type CallResult = { body: object } | ApiProblem;

/** An outcome as HTTP has it. Nothing of it may be kept on the way. */
export function respond(
  outcome: CallResult,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  const usual = { ...headers, "x-request-id": requestId, "cache-control": "no-store" };
  if (!("problem" in outcome)) return Response.json(outcome.body, { headers: usual });
  const { problem, detail, errors, next } = outcome;
  const { status, title } = problemKinds[problem];
  const body = {
    type: `${settings().origin}/api/v1/openapi.json#/components/responses/${problem}`,
    title,
    status,
    detail,
    code: problem,
    request_id: requestId,
    ...(errors && { errors }),
    ...(next && { next }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...outcome.headers, ...usual, "content-type": "application/problem+json" },
  });
}

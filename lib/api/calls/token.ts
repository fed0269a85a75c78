import "server-only";
import { vendToken } from "@/lib/accounts/clients/vend";
import { tokenAnswer } from "../answers";
import type { ApiRequest, ApiResponse } from "../exchange";
import { readBody } from "../input";
import { bodyOf, type Operation, responses, usual, withBody } from "../operation";
import { type CallResult, noSuchLink } from "../respond";
import { LinkId, TokenRequest } from "../schemas";
import { type Caller, serve } from "../serve";

/** `POST /api/v1/links/{id}/token` */
export function token(request: ApiRequest, id: string): Promise<ApiResponse> {
  return serve(request, "token", (caller) => answer(request, id, caller));
}

async function answer(request: ApiRequest, id: string, caller: Caller): Promise<CallResult> {
  const body = await readBody(request, TokenRequest);
  if (!body.ok) return body.problem;
  const { min_ttl: minTtl, rejected_generation: rejectedGeneration } = body.value;
  const link = LinkId.safeParse(id).data;
  const vended = link && (await vendToken({ ...caller, link }, { minTtl, rejectedGeneration }));
  if (!vended) return noSuchLink;
  if (vended.kind === "signed") {
    return {
      problem: "signature_needed",
      detail: "Ask for the headers of each request instead.",
      next: { method: "POST", path: `/api/v1/links/${id}/headers` },
    };
  }
  return { body: tokenAnswer(vended) };
}

export const tokenOperation: Operation = {
  operationId: "vendToken",
  summary: "An access token that works",
  description:
    "Refreshed first where that is needed, once however many ask. Waits for a portal that is slow, for up to 75 seconds.",
  requestBody: bodyOf("TokenRequest", { required: false }),
  responses: responses("TokenAnswer", "A token, or why there is none now.", [
    ...withBody,
    "signature_needed",
    ...usual,
  ]),
};

import "server-only";
import { vendToken } from "@/lib/accounts/clients/vend";
import { tokenAnswer } from "../answers";
import type { Call } from "../call";
import { inactive } from "../examples";
import type { ApiRequest } from "../exchange";
import { readBody } from "../input";
import { bodyOf, pathParameter, responses, usual, withBody } from "../operation";
import { type CallResult, noSuchLink } from "../respond";
import { LinkId, TokenAnswer, TokenRequest } from "../schemas";
import { type Caller, serve } from "../serve";

export const token: Call = {
  method: "POST",
  path: "/api/v1/links/{id}/token",
  answer: (request, id) => serve(request, "token", (caller) => answer(request, id, caller)),
  operation: {
    operationId: "vendToken",
    tags: ["credentials"],
    summary: "An access token that works",
    description:
      "Refreshed first where that is needed, once however many ask. Waits for a portal that is slow, for up to 75 seconds.",
    parameters: [pathParameter("id", LinkId)],
    requestBody: bodyOf(TokenRequest, {
      required: false,
      examples: { for_ten_minutes: { min_ttl: 600 }, refused: { rejected_generation: 1 } },
    }),
    responses: responses(TokenAnswer, "A token, or why there is none now.", {
      examples: {
        active: {
          active: true,
          token: {
            access_token: "f52502e5",
            scheme: "Bearer",
            expires_at: "2026-11-27T08:02:56.000Z",
            generation: 1,
            scopes: ["read", "write"],
            headers: {
              "user-agent": "Portico/0.1.0 (+https://portico.example)",
              "x-api-key": "acme-api-key",
              accept: "application/json",
              authorization: "Bearer f52502e5",
            },
          },
        },
        ...inactive,
      },
      problems: [...withBody, "signature_needed", ...usual],
    }),
  },
};

async function answer(request: ApiRequest, id: string, caller: Caller): Promise<CallResult> {
  const body = await readBody(request, TokenRequest);
  if (!body.ok) return body.problem;
  const { min_ttl, rejected_generation: rejectedGeneration } = body.value;
  const minTtl = min_ttl ?? undefined;
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
  return { body: tokenAnswer(vended, { ...caller, link: id }) };
}

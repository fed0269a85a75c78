import "server-only";
import { vendHeaders } from "@/lib/accounts/clients/vend";
import { headersAnswer } from "../answers";
import type { ApiRequest, ApiResponse } from "../exchange";
import { readBody } from "../input";
import { bodyOf, type Operation, responses, usual, withBody } from "../operation";
import { type CallResult, invalid, noSuchLink } from "../respond";
import { HeadersRequest, LinkId } from "../schemas";
import { type Caller, serve } from "../serve";

/** `POST /api/v1/links/{id}/headers` */
export function headers(request: ApiRequest, id: string): Promise<ApiResponse> {
  return serve(request, "headers", (caller) => answer(request, id, caller));
}

async function answer(request: ApiRequest, id: string, caller: Caller): Promise<CallResult> {
  const body = await readBody(request, HeadersRequest);
  if (!body.ok) return body.problem;
  const link = LinkId.safeParse(id).data;
  const { rejected_generation: rejectedGeneration, ...wanted } = body.value;
  const vended = link && (await vendHeaders({ ...caller, link }, wanted, { rejectedGeneration }));
  if (!vended) return noSuchLink;
  if (vended.kind === "not_its_api") {
    return invalid([{ detail: vended.problem, pointer: "#/url" }]);
  }
  return { body: headersAnswer(vended) };
}

export const headersOperation: Operation = {
  operationId: "vendHeaders",
  summary: "The headers of one request to the portal's API",
  description:
    "For every portal alike, OAuth 1.0a included, whose signature is for exactly this method and address. Only under the portal's API.",
  requestBody: bodyOf("HeadersRequest", { required: true }),
  responses: responses("HeadersAnswer", "Headers, or why there are none now.", [
    ...withBody,
    ...usual,
  ]),
};

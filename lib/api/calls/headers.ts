import "server-only";
import { vendHeaders } from "@/lib/accounts/clients/vend";
import { headersAnswer } from "../answers";
import type { Call } from "../call";
import { inactive } from "../examples";
import type { ApiRequest } from "../exchange";
import { readBody } from "../input";
import { bodyOf, pathParameter, responses, usual, withBody } from "../operation";
import { type CallResult, invalid, noSuchLink } from "../respond";
import { HeadersAnswer, HeadersRequest, LinkId } from "../schemas";
import { type Caller, serve } from "../serve";

export const headers: Call = {
  method: "POST",
  path: "/api/v1/links/{id}/headers",
  answer: (request, id) => serve(request, "headers", (caller) => answer(request, id, caller)),
  operation: {
    operationId: "vendHeaders",
    tags: ["credentials"],
    summary: "The headers of one request to the portal's API",
    description:
      "For every portal alike, OAuth 1.0a included, whose signature is for exactly this method and address. Only under the portal's API.",
    parameters: [pathParameter("id", LinkId)],
    requestBody: bodyOf(HeadersRequest, {
      required: true,
      examples: {
        usual: {
          method: "GET",
          url: "https://api.homes.example/v1/adverts?page=2",
        },
      },
    }),
    responses: responses(HeadersAnswer, "Headers, or why there are none now.", {
      examples: {
        active: {
          active: true,
          headers: {
            "user-agent": "Portico/0.1.0 (+https://portico.example)",
            accept: "application/json",
            authorization:
              'OAuth oauth_consumer_key="acme", oauth_token="f52502e5", oauth_signature_method="HMAC-SHA1", oauth_timestamp="1796024000", oauth_nonce="k8GqS0a2", oauth_version="1.0", oauth_signature="4nSqGeI%2FxDqMYrFTFwJ7cCB0hqA%3D"',
          },
          generation: 1,
        },
        ...inactive,
      },
      problems: [...withBody, ...usual],
    }),
  },
};

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
  return { body: headersAnswer(vended, { ...caller, link: id }) };
}

import "server-only";
import type { z } from "zod";
import { vendApplicationHeaders } from "@/lib/accounts/clients/vend";
import type { Call } from "../call";
import type { ApiRequest } from "../exchange";
import { readBody } from "../input";
import { bodyOf, pathParameter, responses, usual, withBody } from "../operation";
import { type CallResult, invalid, notFound } from "../respond";
import { ApplicationHeaders, ApplicationHeadersRequest, ConnectionId } from "../schemas";
import { type Caller, serve } from "../serve";

export const connectionHeaders: Call = {
  method: "POST",
  path: "/api/v1/connections/{id}/headers",
  answer: (request, id) => serve(request, "application", (caller) => answer(request, id, caller)),
  operation: {
    operationId: "vendApplicationHeaders",
    tags: ["credentials"],
    summary: "The headers of one request that needs no user",
    description:
      "What the portal gives an application itself: to its API key, or under OAuth 1.0a to a signature without a token. Only under the addresses of which the portal documents this.",
    parameters: [pathParameter("id", ConnectionId)],
    requestBody: bodyOf(ApplicationHeadersRequest, {
      required: true,
      examples: {
        usual: { method: "GET", url: "https://api.homes.example/taxonomy/v1/categories" },
      },
    }),
    responses: responses(ApplicationHeaders, "Headers.", {
      examples: {
        headers: {
          headers: {
            "user-agent": "Portico/0.1.0 (+https://portico.example)",
            "x-api-key": "2c9d7ab0",
            accept: "application/json",
          },
        },
      },
      problems: [...withBody, "link_needed", ...usual],
    }),
  },
};

async function answer(request: ApiRequest, connection: string, caller: Caller) {
  const body = await readBody(request, ApplicationHeadersRequest);
  return body.ok
    ? resultOf(vendApplicationHeaders({ ...caller, connection }, body.value))
    : body.problem;
}

function resultOf(vended: ReturnType<typeof vendApplicationHeaders>): CallResult {
  if (!vended) return notFound("There is no such connection, or not for this service key.");
  if (vended.kind === "members_only") {
    return {
      problem: "link_needed",
      detail:
        "Ask for the headers of one of its links instead: this portal documents nothing else.",
    };
  }
  if (vended.kind === "not_its_api") {
    return invalid([{ detail: vended.problem, pointer: "#/url" }]);
  }
  return { body: { headers: vended.headers } satisfies z.infer<typeof ApplicationHeaders> };
}

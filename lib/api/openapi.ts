import "server-only";
import { keyCalls } from "@/lib/accounts/clients/service-keys";
import { headersOperation } from "./calls/headers";
import { linksOperation } from "./calls/links";
import { tokenOperation } from "./calls/token";
import type { ApiRequest, ApiResponse } from "./exchange";
import { always, counted, headerDescriptions, headerRefs, schemaOf } from "./operation";
import { type ProblemKind, problemKinds, requestIdOf, respond } from "./respond";
import {
  HeadersAnswer,
  HeadersRequest,
  LinkId,
  Links,
  ProblemAnswer,
  TokenAnswer,
  TokenRequest,
} from "./schemas";

/** `GET /api/v1/openapi.json`: public, since it holds nothing of this deployment. */
export function openApi(request: ApiRequest): ApiResponse {
  document ??= openApiDocument();
  return respond({ body: document }, requestIdOf(request));
}

let document: ReturnType<typeof openApiDocument> | null = null;

/** OpenAPI 3.1, whose schemas are JSON Schema 2020-12. */
export function openApiDocument() {
  return {
    openapi: "3.1.1",
    info: {
      title: "Portico",
      version: "1.0.0",
      description:
        "Working credentials for the portal accounts that users have linked. Refresh tokens, client secrets and token secrets never leave.",
    },
    servers: [{ url: "/" }],
    security: [{ serviceKey: [] }],
    paths: {
      "/api/v1/links": { get: linksOperation },
      "/api/v1/links/{id}/token": { parameters: [linkParameter], post: tokenOperation },
      "/api/v1/links/{id}/headers": { parameters: [linkParameter], post: headersOperation },
      "/api/v1/openapi.json": { get: thisDocument },
    },
    components: {
      securitySchemes: {
        serviceKey: {
          type: "http",
          scheme: "bearer",
          description: `A service key, made by \`npm run keys\` for some or all of the calls ${keyCalls.join(", ")}.`,
        },
      },
      headers: headerDescriptions,
      schemas: {
        Links: schemaOf(Links),
        TokenRequest: schemaOf(TokenRequest),
        TokenAnswer: schemaOf(TokenAnswer),
        HeadersRequest: schemaOf(HeadersRequest),
        HeadersAnswer: schemaOf(HeadersAnswer),
        Problem: schemaOf(ProblemAnswer),
      },
      responses: Object.fromEntries(kinds.map((kind) => [kind, problemResponse(kind)])),
    },
  };
}

const kinds = Object.keys(problemKinds) as ProblemKind[];

const headersOf: Partial<Record<ProblemKind, typeof counted>> = {
  unauthorized: [...always, "www-authenticate"],
  forbidden: [...counted, "www-authenticate"],
  method_not_allowed: [...always, "allow"],
  rate_limited: [...counted, "retry-after"],
  unavailable: [...always, "retry-after"],
};

const linkParameter = {
  name: "id",
  in: "path",
  required: true,
  description: "The link's id.",
  schema: schemaOf(LinkId),
};

const thisDocument = {
  operationId: "openApi",
  summary: "This document",
  security: [],
  responses: {
    200: {
      description: "OpenAPI 3.1.",
      headers: headerRefs(always),
      content: { "application/json": { schema: { type: "object" } } },
    },
  },
};

function problemResponse(kind: ProblemKind) {
  return {
    description: `${problemKinds[kind].title}.`,
    headers: headerRefs(headersOf[kind] ?? counted),
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}

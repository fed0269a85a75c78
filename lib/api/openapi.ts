import "server-only";
import { z } from "zod";
import { keyCalls } from "@/lib/accounts/clients/service-keys";
import { type ProblemKind, problemKinds } from "./problem";
import { requestIdOf } from "./request-id";
import { respond } from "./respond";
import {
  HeadersAnswer,
  HeadersRequest,
  LinkId,
  Links,
  LinksQuery,
  ProblemAnswer,
  TokenAnswer,
  TokenRequest,
} from "./schemas";

/** `GET /api/v1/openapi.json`: for everybody, since it holds nothing of this deployment. */
export function openApi(request: Request): Response {
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
      "/api/v1/links": { get: listLinks },
      "/api/v1/links/{id}/token": { parameters: [linkParameter], post: vendToken },
      "/api/v1/links/{id}/headers": { parameters: [linkParameter], post: vendHeaders },
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
      headers,
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

const headers = {
  "x-request-id": {
    description:
      "Your `X-Request-Id`, or one of ours. It is in our log and in the record of vends.",
    schema: { type: "string" },
  },
  "ratelimit-policy": {
    description: "draft-ietf-httpapi-ratelimit-headers: the quota `q` of a window of `w` seconds.",
    schema: { type: "string" },
  },
  ratelimit: {
    description: "What is left of it, `r`, and after how many seconds it is whole again, `t`.",
    schema: { type: "string" },
  },
  "retry-after": {
    description: "Seconds after which to try again.",
    schema: { type: "integer" },
  },
  "www-authenticate": { description: "RFC 6750 section 3.", schema: { type: "string" } },
  allow: { description: "What this address does.", schema: { type: "string" } },
};

type HeaderName = keyof typeof headers;

const always: HeaderName[] = ["x-request-id"];
const counted: HeaderName[] = [...always, "ratelimit-policy", "ratelimit"];

const headersOf: Partial<Record<ProblemKind, HeaderName[]>> = {
  unauthorized: [...always, "www-authenticate"],
  forbidden: [...counted, "www-authenticate"],
  method_not_allowed: [...always, "allow"],
  rate_limited: [...counted, "retry-after"],
  unavailable: [...always, "retry-after"],
};

/** Every call can come to these. */
const usual: ProblemKind[] = [
  "unauthorized",
  "forbidden",
  "rate_limited",
  "internal",
  "unavailable",
];

const withBody: ProblemKind[] = [
  "invalid_request",
  "not_found",
  "content_too_large",
  "unsupported_media_type",
];

const linkParameter = {
  name: "id",
  in: "path",
  required: true,
  description: "The link's id.",
  schema: schemaOf(LinkId),
};

const listLinks = {
  operationId: "listLinks",
  summary: "Which links there are",
  description: "In the order of their ids. Only connections that the key is for.",
  parameters: parametersOf(LinksQuery),
  responses: responses("Links", "A page of links.", ["invalid_request", ...usual]),
};

const vendToken = {
  operationId: "vendToken",
  summary: "An access token that works",
  description:
    "Refreshed first where that is needed, once however many ask. Waits for a portal that is slow, for up to 75 seconds.",
  requestBody: bodyOf("TokenRequest", false),
  responses: responses("TokenAnswer", "A token, or why there is none now.", [
    ...withBody,
    "signature_needed",
    ...usual,
  ]),
};

const vendHeaders = {
  operationId: "vendHeaders",
  summary: "The headers of one request to the portal's API",
  description:
    "For every portal alike, OAuth 1.0a included, whose signature is for exactly this method and address. Only under the portal's API.",
  requestBody: bodyOf("HeadersRequest", true),
  responses: responses("HeadersAnswer", "Headers, or why there are none now.", [
    ...withBody,
    ...usual,
  ]),
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

function responses(schema: string, description: string, problems: readonly ProblemKind[]) {
  const ok = {
    description,
    headers: headerRefs(counted),
    content: { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } },
  };
  const refs = problems.map((kind) => [
    problemKinds[kind].status,
    { $ref: `#/components/responses/${kind}` },
  ]);
  return { 200: ok, ...Object.fromEntries(refs) };
}

function problemResponse(kind: ProblemKind) {
  return {
    description: `${problemKinds[kind].title}.`,
    headers: headerRefs(headersOf[kind] ?? counted),
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}

function headerRefs(names: readonly HeaderName[]) {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function bodyOf(schema: string, required: boolean) {
  const content = { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } };
  return { required, content };
}

function parametersOf(schema: z.ZodObject) {
  return Object.entries(schema.shape).map(([name, each]) => {
    const { description, ...rest } = schemaOf(each);
    return { name, in: "query", required: false, description, schema: rest };
  });
}

/** As it is written, so that an answer may grow: what a caller does not know yet is no error. */
function schemaOf(schema: z.core.$ZodType) {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}

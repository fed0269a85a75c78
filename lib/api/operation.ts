import "server-only";
import { z } from "zod";
import { type ProblemKind, problemKinds } from "./respond";

/** The words in which a call describes itself for the document. */

export type Operation = {
  operationId: string;
  summary: string;
  description: string;
  parameters?: readonly object[];
  requestBody?: object;
  responses: object;
};

/** The headers of answers, as the document explains them. */
export const headerDescriptions = {
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

type HeaderName = keyof typeof headerDescriptions;

export const always: HeaderName[] = ["x-request-id"];
export const counted: HeaderName[] = [...always, "ratelimit-policy", "ratelimit"];

/** Every call can come to these problems. */
export const usual: ProblemKind[] = [
  "unauthorized",
  "forbidden",
  "rate_limited",
  "internal",
  "unavailable",
];

/** And one about a link, with a body, to these. */
export const withBody: ProblemKind[] = [
  "invalid_request",
  "not_found",
  "content_too_large",
  "unsupported_media_type",
];

/** What a call answers: an answer of that schema, or one of these problems. */
export function responses(schema: string, description: string, problems: readonly ProblemKind[]) {
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

export function headerRefs(names: readonly HeaderName[]) {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

export function bodyOf(schema: string, { required }: { required: boolean }) {
  const content = { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } };
  return { required, content };
}

export function parametersOf(schema: z.ZodObject) {
  return Object.entries(schema.shape).map(([name, each]) => {
    const { description, ...rest } = schemaOf(each);
    return { name, in: "query", required: false, description, schema: rest };
  });
}

/** As it is written, so that an answer may grow: what a caller does not know yet is no error. */
export function schemaOf(schema: z.core.$ZodType) {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}

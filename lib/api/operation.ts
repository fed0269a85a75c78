import "server-only";
import type { z } from "zod";
import { counted, type HeaderName, headerRefs } from "./answer-headers";
import { schemaOf } from "./json-schema";
import { problemResponses } from "./problems";
import type { ProblemKind } from "./respond";

/** The words in which a call describes itself for the document. */

/** What calls are about: the document's chapters, in their order. */
export const tags = {
  links: "Which links there are.",
  "connect sessions":
    "A client's user links portals here, and the client finishes what came of it.",
  credentials: "What a request to a portal is sent with.",
  events: "What has happened.",
  document: "This document.",
};

export type Operation = {
  operationId: string;
  tags: [keyof typeof tags];
  summary: string;
  description: string;
  /** Empty where no key is needed. */
  security?: [];
  parameters?: readonly object[];
  requestBody?: object;
  responses: Record<number, object>;
};

/** By names that say what makes the difference; each is held against its schema by a test. */
type Examples<T> = Record<string, T>;

/** Every call can come to these problems. */
export const usual: ProblemKind[] = [
  "unauthorized",
  "forbidden",
  "method_not_allowed",
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
export function responses<T>(
  schema: z.ZodType<unknown, T>,
  description: string,
  {
    status = 200,
    examples,
    problems,
  }: { status?: 200 | 201; examples: Examples<T>; problems: readonly ProblemKind[] },
) {
  return { [status]: answerOf(schema, description, { examples }), ...problemResponses(problems) };
}

/** Those of a call that needs no key. */
export const withoutKey = problemResponses(["method_not_allowed"]);

export function answerOf<T>(
  schema: z.ZodType<unknown, T>,
  description: string,
  { headers = counted, examples }: { headers?: readonly HeaderName[]; examples: Examples<T> },
) {
  return { description, headers: headerRefs(headers), content: jsonOf(schema, examples) };
}

export function bodyOf<T>(
  schema: z.ZodType<unknown, T>,
  { required, examples }: { required: boolean; examples: Examples<T> },
) {
  return { required, content: jsonOf(schema, examples) };
}

function jsonOf<T>(schema: z.ZodType<unknown, T>, examples: Examples<T>) {
  const named = Object.entries(examples).map(([name, value]) => [name, { value }]);
  return {
    "application/json": { schema: schemaOf(schema), examples: Object.fromEntries(named) },
  };
}

export function parametersOf(schema: z.ZodObject) {
  return Object.entries(schema.shape).map(([name, each]) => parameter("query", name, each));
}

/** What stands in a path's place. */
export function pathParameter(name: string, schema: z.ZodType) {
  return parameter("path", name, schema);
}

function parameter(place: "query" | "path", name: string, each: z.core.$ZodType) {
  const { description, ...schema } = schemaOf(each);
  return { name, in: place, required: place === "path", description, schema };
}

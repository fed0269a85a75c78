import "server-only";
import { z } from "zod";
import { always } from "../answer-headers";
import type { Call } from "../call";
import { openApiDocument } from "../openapi";
import { answerOf, withoutKey } from "../operation";
import { requestIdOf, respond } from "../respond";

/**
 * `GET /api/v1/openapi.json`: public, since it holds nothing of this deployment.
 * @param calls this one included
 */
export function openApi(calls: () => readonly Call[]): Call {
  let document: ReturnType<typeof openApiDocument> | null = null;
  return {
    method: "GET",
    path: "/api/v1/openapi.json",
    answer: (request) => {
      document ??= openApiDocument(calls());
      return respond({ body: document }, requestIdOf(request));
    },
    operation: {
      operationId: "openApi",
      tags: ["document"],
      summary: "This document",
      description: "OpenAPI 3.1, whose schemas are JSON Schema 2020-12.",
      security: [],
      responses: {
        200: answerOf(z.looseObject({ openapi: z.string() }), "OpenAPI 3.1.", {
          headers: always,
          examples: {
            beginning: { openapi: "3.1.1", info: { title: "Portico", version: "1.0.0" } },
          },
        }),
        ...withoutKey,
      },
    },
  };
}

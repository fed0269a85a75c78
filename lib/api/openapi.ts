import "server-only";
import { keyCalls } from "@/lib/accounts/clients/service-keys";
import { headerDescriptions } from "./answer-headers";
import type { Call } from "./call";
import { namedSchemas } from "./json-schema";
import { tags } from "./operation";
import { sharedProblems } from "./problems";

/** OpenAPI 3.1, whose schemas are JSON Schema 2020-12. */
export function openApiDocument(calls: readonly Call[]) {
  return {
    openapi: "3.1.1",
    info: {
      title: "Portico",
      version: "1.0.0",
      description:
        "Working credentials for the portal accounts that users have linked. Refresh tokens, client secrets and token secrets never leave.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "Where this document is." }],
    security: [{ serviceKey: [] }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: pathsOf(calls),
    components: {
      securitySchemes: {
        serviceKey: {
          type: "http",
          scheme: "bearer",
          description: `A service key, made by \`npm run keys\` for some or all of the calls ${keyCalls.join(", ")}.`,
        },
      },
      headers: headerDescriptions,
      schemas: namedSchemas(),
      responses: sharedProblems(),
    },
  };
}

function pathsOf(calls: readonly Call[]) {
  const paths: Record<string, Record<string, Call["operation"]>> = {};
  for (const { path, method, operation } of calls) {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  return paths;
}

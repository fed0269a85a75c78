import "server-only";
import type { ApiRequest, ApiResponse } from "./exchange";
import { type ApiProblem, notFound, requestIdOf, respond } from "./respond";

/** For an address that is asked with another method than its own. */
export function otherMethod(request: ApiRequest, methods: readonly string[]): ApiResponse {
  const allow = [...methods, "OPTIONS"].join(", ");
  const requestId = requestIdOf(request);
  if (request.method === "OPTIONS") {
    return { status: 204, headers: { allow, "x-request-id": requestId }, body: null };
  }
  const problem: ApiProblem = {
    problem: "method_not_allowed",
    detail: `Allowed here: ${allow}.`,
    headers: { allow },
  };
  return respond(problem, requestId);
}

/** For an address that is none of the API's. */
export function noSuchAddress(request: ApiRequest): ApiResponse {
  return respond(
    notFound("There is no such address. GET /api/v1/openapi.json lists them all."),
    requestIdOf(request),
  );
}

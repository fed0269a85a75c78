import "server-only";
import { type ApiProblem, notFound, requestIdOf, respond } from "./respond";

/** For an address that is asked with another method than its own. */
export function otherMethod(request: Request, method: "GET" | "POST"): Response {
  const allow = `${method}, OPTIONS`;
  const requestId = requestIdOf(request);
  if (request.method === "OPTIONS") {
    return new Response(null, { status: 204, headers: { allow, "x-request-id": requestId } });
  }
  const problem: ApiProblem = {
    problem: "method_not_allowed",
    detail: `Allowed here: ${allow}.`,
    headers: { allow },
  };
  return respond(problem, requestId);
}

/** For an address that is none of the API's. */
export function noSuchAddress(request: Request): Response {
  return respond(
    notFound("There is no such address. GET /api/v1/openapi.json lists them all."),
    requestIdOf(request),
  );
}

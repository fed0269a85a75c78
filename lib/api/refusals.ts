import "server-only";
import { type ApiProblem, notFound, requestIdOf, respond } from "./respond";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

type Method = (typeof METHODS)[number];
type Refusing = Record<Method | "OPTIONS", (request: Request) => Response>;

/** Handlers for what an address does not do. A route takes all but its own. */
export function allBut(...allowed: Method[]): Refusing {
  const allow = [...allowed, "OPTIONS"].join(", ");
  const problem: ApiProblem = {
    problem: "method_not_allowed",
    detail: `Allowed here: ${allow}.`,
    headers: { allow },
  };
  const refuse = (request: Request) => respond(problem, requestIdOf(request));
  const OPTIONS = (request: Request) =>
    new Response(null, { status: 204, headers: { allow, "x-request-id": requestIdOf(request) } });
  const refusals = Object.fromEntries(METHODS.map((method) => [method, refuse]));
  return { ...(refusals as Record<Method, typeof refuse>), OPTIONS };
}

/** For an address that is none of the API's. */
export function noSuchAddress(request: Request): Response {
  return respond(
    notFound("There is no such address. GET /api/v1/openapi.json lists them all."),
    requestIdOf(request),
  );
}

import "server-only";
import { settings } from "@/lib/env";
import { headers } from "./calls/headers";
import { links } from "./calls/links";
import { token } from "./calls/token";
import { type ApiRequest, type ApiResponse, addressOf } from "./exchange";
import { openApi } from "./openapi";
import { noSuchAddress, otherMethod } from "./refusals";

type Address = {
  /** As the document writes it. */
  path: string;
  method: "GET" | "POST";
  answer: (request: ApiRequest, id: string) => ApiResponse | Promise<ApiResponse>;
};

/** Every address of the API. */
export const addresses: readonly Address[] = [
  { path: "/api/v1/links", method: "GET", answer: links },
  { path: "/api/v1/links/{id}/token", method: "POST", answer: token },
  { path: "/api/v1/links/{id}/headers", method: "POST", answer: headers },
  { path: "/api/v1/openapi.json", method: "GET", answer: openApi },
];

const patterns = addresses.map(({ path, ...address }) => ({
  ...address,
  pattern: new RegExp(`^${path.replaceAll(".", "\\.").replace("{id}", "([^/]+)")}$`),
}));

/** Answers a request to the API, at the public address or on the API's own port. */
export function answer(request: ApiRequest): ApiResponse | Promise<ApiResponse> {
  const { pathname } = addressOf(request);
  for (const { pattern, method, answer } of patterns) {
    const [found, id = ""] = pattern.exec(pathname) ?? [];
    if (found === undefined) continue;
    return request.method === method ? answer(request, id) : otherMethod(request, method);
  }
  return noSuchAddress(request);
}

/** As `answer`, at the address that everybody can reach: with `API_PUBLIC=off` there is no API. */
export function answerPublicly(request: ApiRequest): ApiResponse | Promise<ApiResponse> {
  return settings().api.isPublic ? answer(request) : noSuchAddress(request);
}

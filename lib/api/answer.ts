import "server-only";
import { settings } from "@/lib/env";
import type { Address } from "./call";
import { calls } from "./calls";
import { docs } from "./docs";
import { type ApiRequest, type ApiResponse, addressOf } from "./exchange";
import { noSuchAddress, otherMethod } from "./refusals";

const all: readonly Address[] = [...calls, ...docs];

const addresses = [...new Set(all.map(({ path }) => path))].map((path) => ({
  pattern: new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/, "([^/]+)")}$`),
  methods: all.filter((address) => address.path === path),
}));

/** Answers a request to the API, at the public address or on the API's own port. */
export function answer(request: ApiRequest): ApiResponse | Promise<ApiResponse> {
  const { pathname } = addressOf(request);
  for (const { pattern, methods } of addresses) {
    const [found, parameter = ""] = pattern.exec(pathname) ?? [];
    if (found !== undefined) return answerBy(methods, request, parameter);
  }
  return noSuchAddress(request);
}

/** As `answer`, at the address that everybody can reach: with `API_PUBLIC=off` there is no API. */
export function answerPublicly(request: ApiRequest): ApiResponse | Promise<ApiResponse> {
  return settings().api.isPublic ? answer(request) : noSuchAddress(request);
}

/** @param parameter percent-encoded; the edge has refused what cannot be decoded */
function answerBy(methods: readonly Address[], request: ApiRequest, parameter: string) {
  const asked = methods.find(({ method }) => method === request.method);
  if (asked) return asked.answer(request, decodeURIComponent(parameter));
  return otherMethod(
    request,
    methods.map(({ method }) => method),
  );
}

import type { Instrumentation } from "next";
import { isDatabaseTrouble } from "@/lib/db/trouble";
import { log, traceOf } from "./log";
import { markUnavailable } from "./server/unavailable.mjs";

/** Digests that Next makes: a hash, and at times a code of its own. Others say what they please. */
const DIGEST = /^\d+(@E\d+)?$/;

type Asked = Pick<Parameters<Instrumentation.onRequestError>[1], "method">;
type Place = Pick<
  Parameters<Instrumentation.onRequestError>[2],
  "routePath" | "routeType" | "routerKind"
>;

/**
 * One line for an error that no page, route or action has caught. The address is told as its pattern alone: what stands in
 * its path or its query can be a secret, as can headers and messages. The database's trouble is answered with 503.
 */
export function reportRequestError(error: unknown, { method }: Asked, place: Place) {
  if (isDatabaseTrouble(error)) markUnavailable();
  const { routePath: route, routeType: kind, routerKind: router } = place;
  log("error", "request.failed", {
    method,
    route,
    kind,
    router,
    digest: digestOf(error),
    ...traceOf(error),
  });
}

/** Under which the page that the person sees names the error. */
function digestOf(error: unknown) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : "";
  return DIGEST.test(digest) ? digest : undefined;
}

import "server-only";
import type { NextRequest } from "next/server";
import { connections, findConnection } from "@/lib/accounts/configuration";
import { handlers } from "./auth";
import { callback } from "./callback";

/**
 * What of Auth.js can be reached from outside: a portal's answer, the session for our own pages, and the end of one.
 * Its sign-in endpoints are not: a flow begins in `startFlow` or not at all.
 */
export async function authJsGet(request: NextRequest, [action, name]: string[]): Promise<Response> {
  if (action === "callback" && name && findConnection(name)) return callback(request, name);
  if (!name && (action === "csrf" || action === "session")) return handlers.GET(request);
  return notFound();
}

export async function authJsPost(
  request: NextRequest,
  [action, name]: string[],
): Promise<Response> {
  if (action === "callback") return notAllowed("GET");
  if (!name && action === "signout") return handlers.POST(request);
  return notFound();
}

/** The callback that all connections of a portal share: the flow says which it is. */
export async function sharedCallback(request: NextRequest, portalId: string): Promise<Response> {
  const path = request.nextUrl.pathname;
  const shared = connections().some(
    ({ portal, callbackPath }) => portal.id === portalId && callbackPath === path,
  );
  return shared ? callback(request, null) : notFound();
}

/** Answers nothing and does nothing: for HEAD, which Next would otherwise run as GET. */
export function notAllowed(allow: string) {
  return new Response(null, { status: 405, headers: { allow } });
}

function notFound() {
  return new Response(null, { status: 404 });
}

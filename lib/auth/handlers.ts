import "server-only";
import type { NextRequest } from "next/server";
import { connections, findConnection } from "@/lib/accounts/configuration";
import { callback } from "./callback";
import { liveSession, sessionCookieName } from "./session";

/**
 * What of Auth.js's addresses can be reached from outside: a portal's answer, and who is signed in. Its own ways to sign
 * in and out are closed: a flow begins in `startFlow` or not at all.
 */
export async function authJsGet(request: NextRequest, [action, name]: string[]): Promise<Response> {
  if (action === "callback" && name && findConnection(name)) return callback(request, name);
  if (action === "session" && !name) return session(request);
  return notFound();
}

/** In the shape that Auth.js gives it, and nothing more than its user's four words. */
async function session(request: NextRequest): Promise<Response> {
  const token = request.cookies.get(sessionCookieName())?.value;
  const live = await liveSession(token, new Date());
  const headers = { "cache-control": "private, no-store" };
  return Response.json(live && { user: live.user, expires: live.expires }, { headers });
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

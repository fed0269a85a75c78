import "server-only";
import { type NextRequest, NextResponse } from "next/server";
import { connections, findConnection } from "@/lib/conversation/configuration";
import { log, traceOf } from "@/lib/process/log";
import { RETRY_AFTER } from "@/lib/process/server/unavailable.mjs";
import { TooManyRequests } from "@/lib/process/too-many-requests";
import { endSession, liveSession, ownCookie, sessionCookieName } from "../session/session";
import { callback } from "./callback";

/**
 * What of Auth.js's addresses can be reached from outside: a portal's answer, and who is signed in. Its own ways to sign
 * in and out are closed: a flow begins in `beginFlow` or not at all.
 * @throws {TooManyRequests} as all of these handlers
 */
export async function authJsGet(request: NextRequest, [action, name]: string[]): Promise<Response> {
  const connection = action === "callback" && name ? findConnection(name) : null;
  if (connection && connection.portal.protocol !== "oauth1")
    return callback(request, connection.id);
  if (action === "session" && !name) return session(request);
  return notFound();
}

/** In the shape that Auth.js gives it, and nothing more than its user's four words. */
async function session(request: NextRequest): Promise<Response> {
  const token = request.cookies.get(sessionCookieName())?.value;
  const live = await liveSession(token, new Date());
  const headers = { "cache-control": "private, no-store" };
  if (!live) return Response.json(null, { headers });
  const { id, name, email, image } = live.user;
  return Response.json({ user: { id, name, email, image }, expires: live.expires }, { headers });
}

/** Where an OAuth 1.0a portal sends people back to. */
export async function oauth1Callback(request: NextRequest, name: string): Promise<Response> {
  const connection = findConnection(name);
  return connection?.portal.protocol === "oauth1" ? callback(request, connection.id) : notFound();
}

/** The callback that all connections of a portal share: the flow says which it is. */
export async function sharedCallback(request: NextRequest, portalId: string): Promise<Response> {
  const path = request.nextUrl.pathname;
  const shared = connections().some(
    ({ portal, callbackPath }) => portal.id === portalId && callbackPath === path,
  );
  return shared ? callback(request, portalId) : notFound();
}

/**
 * Our Single Logout URI at a portal: ends the session whose cookie arrives with the call, and no other. The answer is
 * empty: it does not tell whether there was a session, and redirects nowhere.
 */
export async function portalLogout(request: NextRequest, portalId: string): Promise<Response> {
  const known = connections().some(
    ({ portal, endpoints }) => portal.id === portalId && endpoints.LOGOUT,
  );
  if (!known) return notFound();
  const token = request.cookies.get(sessionCookieName())?.value;
  const answer = new NextResponse(null, { headers: { "cache-control": "no-store" } });
  if (!token) return answer;
  try {
    await endSession(token);
  } catch (error) {
    if (error instanceof TooManyRequests) throw error;
    log("error", "database.unavailable", traceOf(error));
    return new Response(null, { status: 503, headers: { "retry-after": RETRY_AFTER } });
  }
  answer.cookies.set({ name: sessionCookieName(), value: "", maxAge: 0, ...ownCookie() });
  return answer;
}

/** Answers nothing and does nothing: for HEAD, which Next would otherwise run as GET. */
export function notAllowed(allow: string) {
  return new Response(null, { status: 405, headers: { allow } });
}

function notFound() {
  return new Response(null, { status: 404 });
}

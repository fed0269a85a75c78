import "server-only";
import { NextRequest } from "next/server";
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
  if (!name && action === "signout") return signOut(request);
  return notFound();
}

/** A form of a few hundred bytes; Auth.js would read one of any size before it looks at its CSRF token. */
async function signOut(request: NextRequest): Promise<Response> {
  const body = await shortText(request, 4096);
  if (body === null) return new Response(null, { status: 413 });
  const { url, headers } = request;
  return handlers.POST(new NextRequest(url, { method: "POST", headers, body }));
}

async function shortText({ body }: Request, limit: number): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    if (Buffer.concat(chunks).length > limit) return null;
  }
  return Buffer.concat(chunks).toString();
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

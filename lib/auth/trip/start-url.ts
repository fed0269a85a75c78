import "server-only";
import { NextResponse } from "next/server";
import { findConnection } from "@/lib/conversation/configuration";
import { settings } from "@/lib/env";
import { beginFlow } from "./start";

/** Why a portal's dashboard could not send a user in; the route answers each with a page. */
export type StartUrlRefusal = "unknown" | "not_a_visit";

/**
 * Start_URL: a portal's dashboard sends its member here by GET, with or without a session of ours. All it may do is
 * begin a fresh sign-in flow; what its query says is ignored (OpenID Connect Core section 4: treat it as
 * untrusted). It never links.
 * @throws {TooManyRequests}
 */
export async function startFromPortal(
  headers: Headers,
  { portal, choice }: { portal: string; choice: string },
): Promise<Response | StartUrlRefusal> {
  if (!isVisit(headers)) return "not_a_visit"; // before all else: in a frame, only this can be read
  const connection = findConnection(`${portal}-${choice}`);
  if (!connection || connection.portal.id !== portal || connection.signIn === "never")
    return "unknown";
  const address = await beginFlow(connection, "signin", "/dashboard");
  return NextResponse.redirect(new URL(address, settings().origin), {
    status: 302,
    headers: { "cache-control": "no-store", "referrer-policy": "no-referrer" },
  });
}

/**
 * Whether a person has come here, as far as the browser tells: not a prefetch, a frame or an image.
 * Browsers that send no Fetch Metadata are taken at their word.
 */
function isVisit(headers: Headers) {
  const destination = headers.get("sec-fetch-dest");
  if (destination && destination !== "document") return false;
  const purpose = `${headers.get("sec-purpose")} ${headers.get("purpose")} ${headers.get("x-moz")}`;
  return !/prefetch|prerender|preview/i.test(purpose);
}

import { orTooManyRequests, pageForFrames, plainPage } from "@/app/_plain-page";
import { notAllowed } from "@/lib/auth/trip/handlers";
import { startFromPortal } from "@/lib/auth/trip/start-url";
import { startUrl } from "@/messages/en";

/** Start_URL: where a portal's own dashboard sends its members. */
export async function GET(request: Request, { params }: RouteContext<"/start/[portal]/[choice]">) {
  const answer = await orTooManyRequests(startFromPortal(request.headers, await params));
  if (answer instanceof Response) return answer;
  return answer === "unknown"
    ? plainPage(404, startUrl.unknown)
    : pageForFrames(403, startUrl.not_a_visit);
}

export function HEAD() {
  return notAllowed("GET");
}

import { orTooManyRequests, plainPage } from "@/app/_plain-page";
import { notAllowed } from "@/lib/auth/trip/handlers";
import { startFromPortal } from "@/lib/auth/trip/start-url";
import { startUrl } from "@/messages/en";

/** Start_URL: where a portal's own dashboard sends its members. */
export async function GET(request: Request, { params }: RouteContext<"/start/[portal]/[choice]">) {
  const answer = await orTooManyRequests(startFromPortal(request.headers, await params));
  if (answer instanceof Response) return answer;
  return plainPage(answer === "unknown" ? 404 : 403, startUrl[answer]);
}

export function HEAD() {
  return notAllowed("GET");
}

import { currentViewer } from "@/app/_components/current-viewer";
import { orTooManyRequests, pageForFrames, plainPage } from "@/app/_plain-page";
import { notAllowed } from "@/lib/auth/trip/handlers";
import { startFromPortal } from "@/lib/auth/trip/start-url";

/** Start_URL: where a portal's own dashboard sends its members. */
export async function GET(request: Request, { params }: RouteContext<"/start/[portal]/[choice]">) {
  const answer = await orTooManyRequests(startFromPortal(request.headers, await params));
  if (answer instanceof Response) return answer;
  const { language, t } = await currentViewer();
  const words = {
    title: t(`startUrl.${answer}.title`),
    body: t(`startUrl.${answer}.body`),
    next: t(`startUrl.${answer}.next`),
  };
  if (answer === "unknown") return plainPage(404, language, words);
  return pageForFrames(403, language, { ...words, newWindow: t("startUrl.not_a_visit.newWindow") });
}

export function HEAD() {
  return notAllowed("GET");
}

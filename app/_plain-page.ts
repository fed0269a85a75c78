import type { Language } from "@/lib/language/languages.mjs";
import {
  plainPage as html,
  plainPageHeaders,
  plainPageHeadersInFrames,
} from "@/lib/process/server/plain-page.mjs";
import { TooManyRequests } from "@/lib/process/too-many-requests";
import { currentViewer } from "./_components/current-viewer";

/** An answer; or, where a limit is reached, a page that says so: 429, and after how many seconds it is worth another try. */
export async function orTooManyRequests<T>(answer: Promise<T>): Promise<T | Response> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error;
    const { language, t } = await currentViewer();
    const page = plainPage(429, language, {
      title: t("tooManyRequests.title"),
      body: t("tooManyRequests.body", { seconds: error.retryAfter }),
      next: t("tooManyRequests.next"),
    });
    page.headers.set("retry-after", String(error.retryAfter));
    return page;
  }
}

/** A page from a place that can only answer with text: a route handler. */
export function plainPage(
  status: number,
  language: Language,
  sentences: { title: string; body: string; next: string },
): Response {
  return new Response(html({ ...sentences, language }), { status, headers: plainPageHeaders });
}

/**
 * The same for a person whom another site has brought here in a frame. It can be read there, and its links open the address
 * that was asked for outside of the frame. It holds nothing of the person and does nothing, so every site may show it.
 */
export function pageForFrames(
  status: number,
  language: Language,
  sentences: { title: string; body: string; next: string; newWindow: string },
): Response {
  return new Response(html({ ...sentences, language, to: "" }), {
    status,
    headers: plainPageHeadersInFrames,
  });
}

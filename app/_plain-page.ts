import {
  plainPage as html,
  plainPageHeaders,
  plainPageHeadersInFrames,
} from "@/lib/process/server/plain-page.mjs";
import { TooManyRequests } from "@/lib/process/too-many-requests";
import { tooManyRequests } from "@/messages/en";

/** An answer; or, where a limit is reached, a page that says so: 429, and after how many seconds it is worth another try. */
export async function orTooManyRequests<T>(answer: Promise<T>): Promise<T | Response> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error;
    const page = plainPage(429, tooManyRequests(error.retryAfter));
    page.headers.set("retry-after", String(error.retryAfter));
    return page;
  }
}

/** A page from a place that can only answer with text: a route handler. */
export function plainPage(
  status: number,
  sentences: { title: string; body: string; next: string },
): Response {
  return new Response(html(sentences), { status, headers: plainPageHeaders });
}

/**
 * The same for a person whom another site has brought here in a frame. It can be read there, and its links open the address
 * that was asked for outside of the frame. It holds nothing of the person and does nothing, so every site may show it.
 */
export function pageForFrames(
  status: number,
  sentences: { title: string; body: string; next: string; newWindow: string },
): Response {
  return new Response(html({ ...sentences, to: "" }), {
    status,
    headers: plainPageHeadersInFrames,
  });
}

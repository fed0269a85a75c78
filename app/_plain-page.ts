import { plainPage as html, plainPageHeaders } from "@/lib/process/server/plain-page.mjs";

/** A page from a place that can only answer with text: a route handler. */
export function plainPage(
  status: number,
  sentences: { title: string; body: string; next: string },
): Response {
  return new Response(html(sentences), { status, headers: plainPageHeaders });
}

/**
 * In which header Next's server finds the path of the page that is asked for: what is around a page, with its language, is the same
 * for all pages, and Next tells it of none. The edge sets it, and a request cannot.
 */
export const PAGE_HEADER = "portico-page";

/**
 * In which header it finds whether a whole document is asked for, or a page's data alone, by a page that is there already. Next
 * removes its own headers that say so. The edge sets it too.
 */
export const DOCUMENT_HEADER = "portico-document";

/**
 * @param {import("node:http").IncomingHttpHeaders} headers
 * @returns {"yes" | "no"}
 */
export function asksForDocument(headers) {
  return "rsc" in headers || "next-action" in headers ? "no" : "yes";
}

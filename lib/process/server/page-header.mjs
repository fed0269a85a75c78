/**
 * In which header Next's server finds the path of the page that is asked for: what is around a page, with its language, is the same
 * for all pages, and Next tells it of none. The edge sets it, and a request cannot.
 */
export const PAGE_HEADER = "portico-page";

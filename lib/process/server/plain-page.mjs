import { createHash } from "node:crypto";

const STYLE = `
  html { background: Canvas; color: CanvasText }
  body { max-width: 32rem; margin: 15vh auto 0; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
  h1 { font: 1.875rem/1.2 ui-serif, Georgia, serif }
  a { display: inline-block; padding: 0.75rem 0; color: inherit }
`;

const styleHash = createHash("sha256").update(STYLE).digest("base64");

/** The headers of a plain page: it needs its own style and nothing else. */
export const plainPageHeaders = headersFor("'none'");

/** The same for a page that every site may show in a frame. */
export const plainPageHeadersInFrames = headersFor("*");

/** @param {"'none'" | "*"} ancestors the sites that may show the page in a frame */
function headersFor(ancestors) {
  return {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer", // its address may hold a code
    "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors ${ancestors}; form-action 'none'`,
  };
}

/**
 * A page from a place that can only answer with text. It stands alone, without the app's style sheet, and takes the system's
 * colours.
 * @param {{ title: string, body: string, next: string, to?: string, newWindow?: string, language: string }} sentences our own, with nothing that a
 *   request has said, in `language`. `next` is the text of a link, to the sign-in page unless `to` names another address; `newWindow` that of
 *   a second link, which opens the same address in a window of its own.
 */
export function plainPage({ title, body, next, to = "/sign-in", newWindow = "", language }) {
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
<main>
  <h1>${title}</h1>
  <p>${body}</p>
  <p><a href="${to}" target="_top">${next}</a></p>
  ${newWindow && `<p><a href="${to}" target="_blank" rel="noopener">${newWindow}</a></p>`}
</main>
</html>
`;
}

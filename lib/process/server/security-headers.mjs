/** Where a form of ours may end: at a portal, whose address browsers follow from a form that is sent without JavaScript. */
const PORTALS = "https:";

/** Portals, and a client's own pages, on the same machine, as in the demo: their addresses are http. */
const LOCAL_PORTALS = "http://localhost:* http://127.0.0.1:*";

/** What Next needs while files are edited: scripts from strings, and styles that come and go. */
const DEVELOPMENT = { scripts: " 'unsafe-eval'", styles: " 'unsafe-inline'" };

/**
 * The policy of a page that Next renders. Next writes the page's data into inline scripts; it finds the nonce for them in this
 * header of the request.
 * @param {string} nonce of this one request
 * @param {{ local: boolean, development: boolean }} place whether we are at http://localhost, and run with `next dev`
 */
export function pagePolicy(nonce, { local, development }) {
  const more = development ? DEVELOPMENT : { scripts: "", styles: "" };
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${more.scripts}`,
    `style-src 'self'${more.styles}`,
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action 'self' ${PORTALS}${local ? ` ${LOCAL_PORTALS}` : ""}`,
  ].join("; ");
}

/** Sent with every answer, beside the policy. @type {readonly (readonly [string, string])[]} */
export const securityHeaders = [
  // Nothing for portals; but with "no-referrer" a form sent without JavaScript has no origin, and is refused.
  ["Referrer-Policy", "same-origin"],
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Permissions-Policy", "camera=(), geolocation=(), microphone=()"],
  // Browsers heed it over https only.
  ["Strict-Transport-Security", "max-age=31536000; includeSubDomains"],
];

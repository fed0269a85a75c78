/**
 * Sent with every answer. Scripts: our own and Next's inline ones, which carry a page's data and cannot be known at
 * build; a nonce would cost every page its own rendering path. `form-action` lets a form end at a portal, for which
 * browsers follow the redirect of a form sent without JavaScript.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self' https: http://localhost:*",
].join("; ");

export const securityHeaders = [
  { key: "Content-Security-Policy", value: contentSecurityPolicy },
  // Nothing for portals; but with "no-referrer" a form sent without JavaScript has no origin, and is refused.
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=()" },
  // Browsers heed it over https only.
  { key: "Strict-Transport-Security", value: "max-age=31536000; includeSubDomains" },
];

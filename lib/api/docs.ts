import "server-only";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Address } from "./call";
import type { ApiResponse } from "./exchange";
import { noSuchAddress } from "./refusals";
import { requestIdOf } from "./respond";

/** `GET /api/v1/docs`: the document as a page, shown by Swagger UI, whose files are served from here. Public, as the document is. */

/** Its addresses are relative: the page is the same on the API's own port. */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Portico: the API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/page.css">
<header>
  <h1>Portico: the API</h1>
  <p>For programs there is <a href="openapi.json">the OpenAPI document</a>.</p>
  <noscript><p>The calls are shown here with JavaScript. The document has all of them.</p></noscript>
</header>
<div id="calls"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/page.js"></script>
</html>
`;

const STYLE = `
body { margin: 0; background: #fff; color: #3b4151 }
header { max-width: 1460px; margin: 0 auto; padding: 20px; box-sizing: border-box; font: 16px/1.5 system-ui, sans-serif }
h1 { margin: 0; font: 30px/1.2 ui-serif, Georgia, serif }
header p { margin: 8px 0 0 }
header a { color: inherit }
.swagger-ui .info { margin: 0 0 20px }
.swagger-ui .info hgroup, .swagger-ui .info__license { display: none }
/* No answer has links in OpenAPI's sense, and a phone has no room for saying so. */
.swagger-ui .response-col_links { display: none }
/* The page is for reading: a service key has no place in a browser. */
.swagger-ui .scheme-container, .swagger-ui .authorization__btn,
.swagger-ui .response-control-media-type__accept-message { display: none }
`;

const SCRIPT = `
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#calls",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: [],
  validatorUrl: null,
});
`;

const zip = promisify(gzip);

/** What the page loads. Each is read and compressed once, when it is first asked for. */
const files = new Map([
  ["page.css", kept("text/css", () => STYLE)],
  ["page.js", kept("text/javascript", () => SCRIPT)],
  ["swagger-ui.css", kept("text/css", () => packed("swagger-ui.css"))],
  ["swagger-ui-bundle.js", kept("text/javascript", () => packed("swagger-ui-bundle.js"))],
]);

function kept(type: string, read: () => string) {
  let text: string | null = null;
  let zipped: Promise<Buffer> | null = null;
  return (): Pick<ApiResponse, "headers" | "body" | "zipped"> => {
    text ??= read();
    const body = text;
    return {
      headers: {
        "content-type": `${type}; charset=utf-8`,
        "cache-control": "public, max-age=3600",
      },
      body,
      zipped: () => {
        zipped ??= zip(body);
        return zipped;
      },
    };
  };
}

function packed(name: string) {
  const path = resolve("node_modules/swagger-ui-dist", name);
  return readFileSync(/* turbopackIgnore: true */ path, "utf8");
}

/** Swagger UI has its icons in its style sheet, and asks only us. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

export const docs: readonly Address[] = [
  {
    method: "GET",
    path: "/api/v1/docs",
    answer: (request) => ({
      status: 200,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": POLICY,
        "cache-control": "no-store",
        "x-request-id": requestIdOf(request),
      },
      body: PAGE,
    }),
  },
  {
    method: "GET",
    path: "/api/v1/docs/{file}",
    answer: (request, name) => {
      const file = files.get(name)?.();
      if (!file) return noSuchAddress(request);
      const headers = { ...file.headers, "x-request-id": requestIdOf(request) };
      return { ...file, status: 200, headers };
    },
  },
];

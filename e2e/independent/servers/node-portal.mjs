import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";

/** What the portals in Node have in common. */

const page = (name) => readFileSync(new URL(`pages/${name}.html`, import.meta.url), "utf8");

export const LOGIN = page("login");
export const CONSENT = page("consent");

/** How many seconds a token lasts. Those of a person whose name begins with "Brief" end soon. */
export const tokenSeconds = (name) => (name.startsWith("Brief") ? 16 : 3600);

/** The fields of a form. */
export async function formOf(request) {
  return Object.fromEntries(new URLSearchParams(await text(request)));
}

/** One line of JSON for a request, without secrets. */
export function log({ method, path, status, grant = null }) {
  process.stdout.write(`${JSON.stringify({ method, path, status, grant })}\n`);
}

/** The package's name and version, and the end, where that is asked for. */
export function tellVersion(name) {
  if (process.argv[2] !== "--version") return;
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  process.stdout.write(`${name} ${JSON.parse(readFileSync(file, "utf8")).version}\n`);
  process.exit();
}

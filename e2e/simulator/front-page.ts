import { markup, page } from "./pages";
import type { Portal } from "./portal";

/** `GET /`: links to the pages of all portals. */
export function frontPage(portals: readonly Portal[]) {
  const sections = portals.map(({ name, entryPages }) => {
    const links = entryPages.map(
      ({ label, path }) => markup`<li><a href="${path}">${label}</a></li>`,
    );
    return markup`<h2>${name}</h2><ul>${links}</ul>`;
  });
  return page({
    portal: "All portals",
    title: "The portals' own dashboards",
    body: markup`${sections}`,
  });
}

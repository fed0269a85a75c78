import { Browser } from "./browser.mjs";

/** To a portal and back, as a browser meets it; the portal's own pages are left out. */

export function newBrowser() {
  return Object.assign(new Browser(), { member: crypto.randomUUID() });
}

/** @returns the `state` that the portal was sent, null where there is none: by itself Auth.js relies on PKCE */
export async function begin(browser, request) {
  const { status, headers } = await browser.go(request);
  const { pathname, searchParams } = new URL(headers.location ?? "", request.url);
  if (pathname !== "/authorize") throw new Error(`A start was answered with ${status}`);
  return searchParams.get("state");
}

/** Comes back with a code, and has a session then. @returns where it is sent on to */
export async function comeBack({ callback }, browser, { state, member }) {
  const query = new URLSearchParams({ code: `${member}.code`, ...(state && { state }) });
  const { status, headers } = await browser.go({ url: `${callback}?${query}` });
  if (!browser.hasSession()) {
    throw new Error(`A callback was answered with ${status}, ${headers.location}`);
  }
  return headers.location;
}

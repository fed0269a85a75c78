/**
 * One call of each portal's own API, from that portal's documentation. Portico gives the headers for it; what is asked, and what
 * the answer means, is between the CRM and the portal.
 *
 * @typedef {{ what: string, under: string, path: string, count?: (body: any) => unknown }} PortalCall
 *   `under`: the end of the API address that it belongs to
 */

/** @type {Record<string, PortalCall>} */
const calls = {
  olx: { what: "adverts", under: "/advert/v1", path: "/meta", count: ({ total }) => total },
  immoscout24: {
    what: "listings",
    under: "/restapi/api",
    path: "/offer/v1.0/user/me/realestate?pagesize=20",
    count: (body) => body["realestates.realEstates"]?.Paging?.numberOfHits,
  },
  spark: {
    what: "listings",
    under: "/v1",
    path: "/my/listings",
    count: ({ D }) => D?.Results?.length,
  },
  mlsconnect: { what: "profile", under: "/api", path: "/oauth/me" },
};
calls["spark-oauth2"] = /** @type {PortalCall} */ (calls.spark);

/**
 * What can be shown of a connection's portal, and the address to ask; null where we know of no call.
 * @param {import("./portico.mjs").Connection} connection
 */
export function callOf({ portal, api }) {
  const call = calls[portal];
  const base = call && api.find((each) => each.endsWith(call.under));
  return base ? { ...call, url: base + call.path } : null;
}

/**
 * Asks a portal, with headers from Portico. When the portal refuses them, Portico is told which, and asked once more.
 * @param {import("./portico.mjs").Portico} portico
 * @param {string} link
 * @param {string} url
 * @returns {Promise<{ kind: "answer", status: number, text: string }
 *   | { kind: "reconnect_needed" | "portal_unavailable" }>}
 */
export async function askPortal(portico, link, url) {
  /** @type {number | undefined} */
  let rejected;
  for (let tries = 1; ; tries += 1) {
    const wish = { method: "GET", url, ...(rejected && { rejected_generation: rejected }) };
    const vended = await portico.headers(link, wish);
    if (!vended.active) return { kind: vended.error };
    const asked = fetch(url, { headers: vended.headers, signal: AbortSignal.timeout(20_000) });
    const answer = await asked.catch(() => null);
    if (!answer) return { kind: "portal_unavailable" };
    const isRefused = answer.status === 401 || answer.status === 403;
    if (!isRefused || tries > 1)
      return { kind: "answer", status: answer.status, text: await answer.text() };
    rejected = vended.generation;
  }
}

/**
 * What agents are to be told, by the events that Portico sends. It is only a hint: how a link is now, the page "Portals" asks.
 *
 * @typedef {{ link: string, connection: string | null, isBroken: boolean }} Need
 */

export class Bell {
  /** By agent and link. @type {Map<string, Map<string, Need>>} */
  #needs = new Map();

  /** @param {import("./portico.mjs").Event} event */
  hear({ type, link, connection, external_id }) {
    if (link === null || external_id === null) return;
    const needs = this.#needs.get(external_id) ?? new Map();
    this.#needs.set(external_id, needs);
    if (type === "link.needs_reconnect") needs.set(link, { link, connection, isBroken: true });
    else if (type === "link.consent_due") needs.set(link, { link, connection, isBroken: false });
    else needs.delete(link); // it was made, works again, or is no longer ours
  }

  /** @param {string} agent @returns {Need[]} */
  needsOf(agent) {
    return [...(this.#needs.get(agent)?.values() ?? [])];
  }
}

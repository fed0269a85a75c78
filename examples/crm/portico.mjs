import { setTimeout as sleep } from "node:timers/promises";

/** What this CRM asks of Portico. Every call is in docs/api.md, in the order of the walk. */

/**
 * @typedef {{ id: string, portal: string, name: string, environment: string, api: string[] }} Connection
 * @typedef {{ id: string, external_id: string, connection: string, member: { name: string | null },
 *   status: { state: "connected" | "stale" | "broken" | "unknown", reason: string | null }, consent_by: string | null }} Link
 * @typedef {{ user: { external_id: string, name?: string, email?: string }, connections?: string[], link?: string,
 *   return_url: string, challenge: string }} Wish what a connect session is to be for
 * @typedef {{ id: string, status: "open" | "started" | "waiting" | "finished" | "expired" | "declined" | "failed",
 *   problems: { connection: string, problem: string }[] }} ConnectSession
 * @typedef {{ active: true, headers: Record<string, string>, generation: number }
 *   | { active: false, error: "reconnect_needed" | "portal_unavailable" }} HeadersAnswer
 * @typedef {{ type: string, link: string | null, connection: string | null, external_id: string | null }} Event
 */

/** A call may refresh a token first, at a portal that is slow. */
const PATIENCE_MS = 40_000;

const NAMES_FOR_MS = 60_000;

/** An answer that is none of those hoped for. Callers branch on the status; 0: there was no answer. */
export class PorticoProblem extends Error {
  /** @param {number} status @param {string} detail */
  constructor(status, detail) {
    super(`${status} ${detail}`);
    this.status = status;
  }

  /** Nothing is wrong with what was asked: it may be asked again, as it was. */
  get isAway() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Portico {
  #url;
  #key;
  /** @type {{ at: number, list: Connection[] }} */
  #known = { at: 0, list: [] };

  /** @param {{ url: string, key: string }} settings the key is a client's, for links, headers, connect, unlink and events */
  constructor({ url, key }) {
    this.#url = url;
    this.#key = key;
  }

  /**
   * The portals there are. They change with the deployment, so they are kept for a minute.
   * @returns {Promise<Connection[]>}
   */
  async connections() {
    if (Date.now() - this.#known.at > NAMES_FOR_MS) {
      const { connections } = await this.#ask("GET", "connections");
      this.#known = { at: Date.now(), list: connections };
    }
    return this.#known.list;
  }

  /** The name of a portal as far as it is known now, without asking. @param {string | null} connection */
  nameOf(connection) {
    return this.#known.list.find(({ id }) => id === connection)?.name ?? "A portal";
  }

  /**
   * All links that are granted for one of our users.
   * @param {string} externalId
   * @returns {Promise<Link[]>}
   */
  async links(externalId) {
    /** @type {Link[]} */
    const all = [];
    for (let cursor = ""; ; ) {
      const query = new URLSearchParams({ external_id: externalId, limit: "200" });
      if (cursor) query.set("cursor", cursor);
      const { links, next } = await this.#ask("GET", `links?${query}`);
      all.push(...links);
      if (next === null) return all;
      cursor = next;
    }
  }

  /** @param {Wish} wish @returns {Promise<{ id: string, url: string }>} */
  createSession(wish) {
    return this.#ask("POST", "connect-sessions", wish);
  }

  /** @param {string} id @returns {Promise<ConnectSession>} */
  session(id) {
    return this.#ask("GET", `connect-sessions/${encodeURIComponent(id)}`);
  }

  /**
   * @param {string} id
   * @param {{ code: string, external_id: string, verifier?: string }} proof
   * @returns {Promise<{ links: Link[] }>}
   */
  finish(id, proof) {
    return this.#ask("POST", `connect-sessions/${encodeURIComponent(id)}/finish`, proof);
  }

  /**
   * @param {string} link
   * @param {{ method: string, url: string, rejected_generation?: number }} request
   * @returns {Promise<HeadersAnswer>}
   */
  headers(link, request) {
    return this.#ask("POST", `links/${encodeURIComponent(link)}/headers`, request);
  }

  /** @param {string} link @returns {Promise<{ revocation: string | null, removal_url?: string }>} */
  disconnect(link) {
    return this.#ask("DELETE", `links/${encodeURIComponent(link)}`);
  }

  /**
   * What has happened since, for ever; an answer waits until there is something. What is heard is to be kept with `after`:
   * this example keeps both in memory, and so begins with the oldest.
   * @param {(event: Event) => void} hear
   * @param {AbortSignal} signal ends it
   */
  async follow(hear, signal) {
    let after = "";
    let isWell = true;
    while (!signal.aborted) {
      const began = Date.now();
      const query = new URLSearchParams({ wait: "25", ...(after && { after }) });
      try {
        const { events, next } = await this.#ask("GET", `events?${query}`, undefined, signal);
        if (events.length > 0) await this.connections(); // whose names are shown with it
        for (const event of events) hear(event);
        after = next;
        isWell = true;
        // Of one key, two calls wait at a time: another is answered at once.
        if (events.length === 0 && Date.now() - began < 1_000) await sleep(1_000, null, { signal });
      } catch (error) {
        if (signal.aborted) return;
        if (isWell) console.error(`Events cannot be read now: ${messageOf(error)}`);
        isWell = false;
        if (error instanceof PorticoProblem && error.status === 400) after = ""; // a database from a backup
        await sleep(3_000, null, { signal }).catch(() => {});
      }
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {AbortSignal} [signal]
   */
  async #ask(method, path, body, signal) {
    const signals = [AbortSignal.timeout(PATIENCE_MS), ...(signal ? [signal] : [])];
    const request = {
      method,
      headers: { authorization: `Bearer ${this.#key}`, "content-type": "application/json" },
      signal: AbortSignal.any(signals),
      ...(body && { body: JSON.stringify(body) }),
    };
    /** @type {Response} */
    let answer;
    /** @type {any} */
    let said;
    try {
      answer = await fetch(new URL(`/api/v1/${path}`, this.#url), request);
      said = await answer.json();
    } catch (error) {
      throw new PorticoProblem(0, `Portico does not answer: ${messageOf(error)}`);
    }
    if (!answer.ok) throw new PorticoProblem(answer.status, `${said.code}: ${said.detail}`);
    return said;
  }
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

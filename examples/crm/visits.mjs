import { createHash, randomBytes } from "node:crypto";

/**
 * Who is here. A visit is one browser's, known by a cookie of this CRM alone, and kept in memory: a real CRM has accounts,
 * passwords and a database instead.
 *
 * @typedef {{ id: string, name: string, email: string }} Agent
 * @typedef {{ agent: string, verifier: string, url: string,
 *   settled: Promise<import("./connect.mjs").Outcome> | null }} Trip one connect session, and the agent who began it
 */

/** @type {readonly Agent[]} */
export const agents = [
  { id: "agent-7", name: "Marta Lis", email: "marta@crm.example" },
  { id: "agent-8", name: "Jonas Brandt", email: "jonas@crm.example" },
  { id: "agent-9", name: "Claire Fabre", email: "claire@crm.example" },
];

const LOGIN_MS = 8 * 3_600_000;
const TRIPS = 10;
const VISITS = 1_000;

export class Visit {
  /** @type {{ agent: Agent, until: number } | null} */
  #login = null;
  /** @type {Map<string, Trip>} */
  #trips = new Map();
  /** Where to go after the login. @type {string | null} */
  wanted = null;
  /** Shown once, on the next page. @type {import("./pages.mjs").Notice | null} */
  notice = null;

  get agent() {
    return this.#login && this.#login.until > Date.now() ? this.#login.agent : null;
  }

  /** @param {Agent | null} agent */
  login(agent) {
    this.#login = agent && { agent, until: Date.now() + LOGIN_MS };
  }

  /** The newest few: a login that has ended in between may be made again. @param {string} id @param {Trip} trip */
  remember(id, trip) {
    this.#trips.set(id, trip);
    dropOldest(this.#trips, TRIPS);
  }

  /** @param {string} id */
  trip(id) {
    return this.#trips.get(id) ?? null;
  }

  takeNotice() {
    const { notice } = this;
    this.notice = null;
    return notice;
  }
}

/** The visits of all browsers, by the hash of what their cookies hold. */
export class Visits {
  /** @type {Map<string, Visit>} */
  #all = new Map();
  #name;
  #attributes;

  /** @param {boolean} isSecure whether people reach us by https */
  constructor(isSecure) {
    // Cookies of one host are shared by all its ports: Portico may be at the next one.
    this.#name = isSecure ? "__Host-example-crm" : "example-crm";
    this.#attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  }

  /** @param {string | undefined} cookies of the request */
  find(cookies) {
    return this.#all.get(hashOf(this.#valueIn(cookies))) ?? null;
  }

  /**
   * Gives a visit another cookie: what it had before a login, others may know.
   * @param {string | undefined} cookies of the request
   * @param {Visit} visit
   * @returns {string} the `Set-Cookie`
   */
  renew(cookies, visit) {
    const value = randomBytes(32).toString("base64url");
    this.#all.delete(hashOf(this.#valueIn(cookies)));
    this.#all.set(hashOf(value), visit);
    dropOldest(this.#all, VISITS);
    return `${this.#name}=${value}; ${this.#attributes}`;
  }

  /** @param {string} [cookies] */
  #valueIn(cookies = "") {
    const pairs = cookies.split(";").map((pair) => pair.trim());
    return (
      pairs.find((pair) => pair.startsWith(`${this.#name}=`))?.slice(this.#name.length + 1) ?? ""
    );
  }
}

/** @param {string} value */
function hashOf(value) {
  return createHash("sha256").update(value).digest("base64url");
}

/** @param {Map<string, unknown>} map @param {number} most */
function dropOldest(map, most) {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

import { createHash, randomBytes } from "node:crypto";
import { PorticoProblem } from "./portico.mjs";

/**
 * The walk to Portico and back. Two things decide whose the links will be, and neither comes with the address that the
 * person returns to: who is logged in here now, and the verifier that this browser's visit has kept.
 *
 * @typedef {import("./portico.mjs").Portico} Portico
 * @typedef {import("./portico.mjs").Link} Link
 * @typedef {import("./visits.mjs").Agent} Agent
 * @typedef {import("./visits.mjs").Visit} Visit
 * @typedef {import("./visits.mjs").Trip} Trip
 * @typedef {{ connection: string, problem: string }[]} Problems
 * @typedef {{ kind: "connected" | "failed", links: Link[], problems: Problems }
 *   | { kind: "declined" | "expired" | "refused" | "gone" | "unknown", problems: Problems }
 *   | { kind: "not_yet", url: string, problems: Problems }} Outcome
 */

/**
 * Makes a connect session and remembers it with the visit. Pressed twice there are two, and the one that was not used ends by
 * itself.
 * @param {Portico} portico
 * @param {{ visit: Visit, agent: Agent, returnUrl: string, wish: { connections: string[] } | { link: string } }} input
 * @returns {Promise<string>} where to send the person
 */
export async function setOut(portico, { visit, agent, returnUrl, wish }) {
  const verifier = randomBytes(32).toString("base64url");
  const session = await portico.createSession({
    user: { external_id: agent.id, name: agent.name, email: agent.email },
    ...wish,
    return_url: returnUrl,
    challenge: createHash("sha256").update(verifier).digest("base64url"),
  });
  visit.remember(session.id, { agent: agent.id, verifier, url: session.url, settled: null });
  return session.url;
}

/**
 * Finishes what came of it. The address says which session, and a code that is worth nothing without the verifier; the
 * rest of it is not believed.
 * @param {Portico} portico
 * @param {{ visit: Visit, agent: Agent, query: URLSearchParams }} input the agent is who has come, by our own login
 * @returns {Promise<Outcome>}
 */
export async function comeBack(portico, { visit, agent, query }) {
  const id = query.get("session") ?? "";
  const trip = visit.trip(id);
  if (!trip || trip.agent !== agent.id) {
    await giveUp(portico, { id, agent, code: query.get("code") });
    return { kind: "unknown", problems: [] };
  }
  trip.settled ??= settle(portico, { id, trip, agent, code: query.get("code") });
  try {
    const outcome = await trip.settled;
    if (outcome.kind !== "connected") trip.settled = null; // a wrong code or an early return ends nothing
    return outcome;
  } catch (error) {
    trip.settled = null; // to be tried again: the same values give the same answer
    throw error;
  }
}

/**
 * Begun in another browser, or by another agent: it may be a trap, and is not ours to finish. With the id of the one who has come
 * Portico destroys it, so that the code is of no use to the one who began it.
 * @param {Portico} portico
 * @param {{ id: string, agent: Agent, code: string | null }} input
 */
async function giveUp(portico, { id, agent, code }) {
  if (id === "" || code === null) return;
  try {
    await portico.finish(id, { code, external_id: agent.id });
  } catch (error) {
    if (!(error instanceof PorticoProblem)) throw error;
  }
}

/**
 * @param {Portico} portico
 * @param {{ id: string, trip: Trip, agent: Agent, code: string | null }} input
 * @returns {Promise<Outcome>}
 */
async function settle(portico, { id, trip, agent, code }) {
  try {
    const { status, problems } = await portico.session(id);
    if (code !== null && (status === "waiting" || status === "finished")) {
      const proof = { code, external_id: agent.id, verifier: trip.verifier };
      const { links } = await portico.finish(id, proof);
      const { problems } = await portico.session(id); // some are seen at the end alone
      return { kind: links.length > 0 ? "connected" : "failed", links, problems };
    }
    if (status === "failed") return { kind: status, links: [], problems };
    if (status === "declined" || status === "expired") return { kind: status, problems };
    return { kind: "not_yet", url: trip.url, problems };
  } catch (error) {
    if (!(error instanceof PorticoProblem)) throw error;
    if (error.status === 404) return { kind: "gone", problems: [] };
    if (error.status === 409) return { kind: "refused", problems: [] };
    throw error;
  }
}

import "server-only";
import { settings } from "@/lib/env";
import { addressProblem } from "@/lib/oauth/address";

/** Where a client's users may be sent back to. */

const LONGEST = 500;

/** With the query that a client may add. */
const LONGEST_WITH_QUERY = 2_000;

/**
 * Why an address may not be registered for a client, or null when it may: an origin and a path, without a query; https, or http on this
 * machine where the app is there too.
 */
export function returnUrlProblem(address: string): string | null {
  if (address.length > LONGEST) return `must have at most ${LONGEST} characters`;
  const problem = addressProblem(address);
  if (problem) return problem;
  const url = new URL(address);
  if (url.protocol === "http:" && new URL(settings().origin).protocol !== "http:")
    return "must begin with https://";
  if (address.includes("?"))
    return "must not have a query: it may vary, and need not be registered";
  return null;
}

/** As it is kept, and compared: `HTTPS://crm.example` is `https://crm.example/`. */
export function registeredUrl(address: string): string {
  return new URL(address).href;
}

/** Of the query only, what a way back adds is not the client's. */
const OURS = ["session", "code", "status"];

/**
 * Why people may not be sent back to an address, or null when they may: its origin and path must be registered, and its query is free.
 * @param registered of the client
 */
export function wayBackProblem(registered: readonly string[], address: string): string | null {
  if (address.length > LONGEST_WITH_QUERY)
    return `must have at most ${LONGEST_WITH_QUERY} characters`;
  const problem = addressProblem(address);
  if (problem) return problem;
  const url = new URL(address);
  if (!registered.includes(`${url.origin}${url.pathname}`)) {
    return "must have the origin and path of an address that is registered for this client";
  }
  const taken = OURS.find((name) => url.searchParams.has(name));
  return taken ? `must not have "${taken}" in its query: Portico adds that` : null;
}

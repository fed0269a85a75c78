import "server-only";
import { type Counted, countOn } from "./counters";

/**
 * A user who is signed in may try names, passwords and keys at a portal through us. How often is counted for each user, for
 * each name at a portal, and for a portal as a whole, for a quarter of an hour.
 */

/** The sentence of `too_many_tries` says how long this is. */
const REMEMBERED_SECONDS = 15 * 60;

const MOST = { user: 5, name: 10, portal: 100 } as const;

/** What is tried; without a name where keys are. */
export type Try = { user: string; portal: string; name: string | null };

/**
 * Counts a try before the portal is asked.
 * @param now by the database's clock
 * @returns how to take it back, once it is known to be no failure
 * @throws {TooManyRequests}
 */
export function countTry({ user, portal, name }: Try, now: Date): Promise<Counted> {
  const counter = (scope: keyof typeof MOST, ...about: string[]) => ({
    kind: "try" as const,
    about: [scope, ...about],
    most: MOST[scope],
    seconds: REMEMBERED_SECONDS,
  });
  const ofName = name === null ? [] : [counter("name", portal, spelt(name))];
  return countOn([counter("user", user), counter("portal", portal), ...ofName], now);
}

/** One name, however it is typed: portals do not tell capitals apart, or might not. */
function spelt(name: string) {
  return name.normalize("NFKC").trim().toLowerCase();
}

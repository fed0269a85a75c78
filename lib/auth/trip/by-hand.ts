import "server-only";
import { databaseNow } from "@/lib/db/clock";
import { logSummed } from "@/lib/process/summed-log";
import { TooManyRequests } from "@/lib/process/too-many-requests";
import { countOn } from "./counters";

/** More than a person does in a minute. */
const MOST = { user: 60 };

/**
 * Counts what a signed-in user has a portal asked for by hand: a link that is begun, a check, keys or a password. Also what
 * goes well costs the portal a request, so it counts too.
 * @throws {TooManyRequests}
 */
export async function countByHand(user: string): Promise<void> {
  try {
    await countOn(
      [{ kind: "by-hand", about: [user], most: MOST.user, seconds: 60 }],
      await databaseNow(),
    );
  } catch (error) {
    if (error instanceof TooManyRequests) logSummed("warn", "limit.by_hand", { user });
    throw error;
  }
}

import "server-only";
import { keyOf } from "@/lib/conversation/health";
import { databaseNow } from "@/lib/db/clock";
import type { Connection } from "@/lib/portals/connections";
import { logSummed } from "@/lib/process/summed-log";
import { TooManyRequests } from "@/lib/process/too-many-requests";
import { type Counted, type Counter, countOn } from "./counters";
import { REFUSED_SECONDS } from "./refused-codes";
import type { Visitor } from "./visitor";

/**
 * How many codes may come to nothing in a minute. Each is a request at the portal with our secret, and anybody can come back
 * with an invented one. Those that are exchanged do not count, except while they are on their way.
 */
const MOST = { user: 10, browser: 10, address: 30, portal: 60 } as const;

/**
 * Counts a code before it is exchanged. A visitor who has signed in here before counts alone, so that others who send invented
 * codes are not in the way.
 * @returns how to take it back, once the portal has accepted the code
 * @throws {TooManyRequests}
 */
export async function countCode(
  connection: Connection,
  visitor: Visitor,
  now: Date,
): Promise<Counted> {
  try {
    checkBrowser(visitor, now);
    return await countOn(countersOf(connection, visitor), await databaseNow());
  } catch (error) {
    if (error instanceof TooManyRequests) {
      logSummed("warn", "limit.codes", { connection: connection.id, visitor: visitor.kind });
    }
    throw error;
  }
}

function checkBrowser(visitor: Visitor, now: Date) {
  if (visitor.kind === "known" || visitor.refusedAt.length < MOST.browser) return;
  const room = Math.min(...visitor.refusedAt) + REFUSED_SECONDS * 1000;
  throw new TooManyRequests(Math.ceil((room - now.getTime()) / 1000));
}

function countersOf(connection: Connection, visitor: Visitor): Counter[] {
  const counter = (scope: keyof typeof MOST, ...about: string[]) => ({
    kind: "code" as const,
    about: [scope, ...about],
    most: MOST[scope],
    seconds: REFUSED_SECONDS,
  });
  if (visitor.kind === "known") return [counter("user", visitor.user)];
  const { portal, environment } = keyOf(connection);
  const ofAddress = visitor.address === null ? [] : [counter("address", visitor.address)];
  return [counter("portal", portal, environment), ...ofAddress];
}

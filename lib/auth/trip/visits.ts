import "server-only";
import { Buckets } from "@/lib/process/buckets";
import { processWide } from "@/lib/process/process-wide";
import { logSummed } from "@/lib/process/summed-log";
import { TooManyRequests } from "@/lib/process/too-many-requests";
import { visitorAddress } from "../session/visitor-address";
import type { Visitor } from "./visitor";

/** What costs this process alone something: a page, a row, a query. It is counted here, by each process. */

/** For all who share an address: an office may begin its day at once. */
const FROM_AN_ADDRESS = { perSecond: 5, burst: 300 };

/** Answers that ask no portal, and leave a row for two hours: of one user, and of all whom this app does not know yet. */
const OF_A_USER = { perSecond: 1, burst: 60 };
const OF_NEW_VISITORS = { perSecond: 50, burst: 500 };

const buckets = processWide("visits", () => ({
  addresses: new Buckets(FROM_AN_ADDRESS),
  users: new Buckets(OF_A_USER),
  newVisitors: new Buckets(OF_NEW_VISITORS),
}));

/**
 * Counts a flow that is begun, where the visitor's address is known.
 * @throws {TooManyRequests}
 */
export function countVisit(headers: Headers): void {
  const address = visitorAddress(headers);
  if (address !== null) take("addresses", address);
}

/**
 * Counts an answer that comes back without a code, or belongs to no flow, before it costs a row or a query. Codes are
 * counted by `countCode`.
 * @throws {TooManyRequests}
 */
export function countAnswer(visitor: Visitor): void {
  if (visitor.kind === "known") {
    take("users", visitor.user);
  } else {
    if (visitor.address !== null) take("addresses", visitor.address);
    take("newVisitors", "all");
  }
}

function take(kind: "addresses" | "users" | "newVisitors", name: string) {
  try {
    buckets()[kind].take(name, performance.now());
  } catch (error) {
    if (error instanceof TooManyRequests) logSummed("warn", "limit.visits", { of: kind });
    throw error;
  }
}

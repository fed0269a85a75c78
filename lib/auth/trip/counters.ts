import "server-only";
import { createHmac, randomUUID } from "node:crypto";
import { database } from "@/lib/db/database";
import { settings } from "@/lib/env";
import { BoundedMap } from "@/lib/process/bounded-map";
import { log, traceOf } from "@/lib/process/log";
import { TooManyRequests } from "@/lib/process/too-many-requests";

/**
 * Counting what costs a portal a request, in the database, for all processes together. Each thing that counts is a row until
 * its time is over. What is refused leaves no row, so a counter has no more rows than it allows.
 */

export type Counter = {
  kind: "try" | "code" | "by-hand";
  /** What it is about; stored as a keyed hash, since a plain hash of a name could be guessed. */
  about: readonly string[];
  most: number;
  /** How long each counts. */
  seconds: number;
};

/** What has been counted, and may turn out not to count. */
export type Counted = { takeBack: () => Promise<void> };

/** How long this process believes that a counter is full: a flood is a few questions a second. */
const BELIEVED_MS = 1_000;

/** Full counters by their identifiers: when to ask again, and when there is room, in milliseconds since 1970. */
const full = new BoundedMap<{ askAgain: number; room: number }>(1_000);

/**
 * Counts one more on each counter before it is done, so that many at once are not more.
 * @param now by the database's clock
 * @throws {TooManyRequests} when one of them is full; then nothing is counted
 */
export async function countOn(counters: readonly Counter[], now: Date): Promise<Counted> {
  const mostOf = new Map(counters.map((counter) => [identifierOf(counter), counter.most]));
  const identifiers = [...mostOf.keys()];
  for (const identifier of identifiers) {
    const known = full.get(identifier);
    if (known && now.getTime() < known.askAgain) throw tooMany(known.room, now);
  }
  const db = await database();
  const token = randomUUID();
  await db.verificationToken.deleteMany({ where: { expires: { lt: now } } });
  await db.verificationToken.createMany({
    data: counters.map((counter) => ({
      identifier: identifierOf(counter),
      token,
      expires: new Date(now.getTime() + counter.seconds * 1000),
    })),
  });
  const takeBack = async () => {
    try {
      await db.verificationToken.deleteMany({ where: { identifier: { in: identifiers }, token } });
    } catch (error) {
      log("error", "count.not_taken_back", traceOf(error)); // it is forgotten by itself
    }
  };
  const counts = await db.verificationToken.groupBy({
    by: ["identifier"],
    where: { identifier: { in: identifiers }, expires: { gte: now } },
    _count: true,
    _min: { expires: true },
  });
  const over = counts.find(({ identifier, _count }) => _count > (mostOf.get(identifier) ?? 0));
  if (!over) return { takeBack };
  await takeBack();
  const room = (over._min.expires ?? now).getTime();
  full.set(over.identifier, { askAgain: now.getTime() + BELIEVED_MS, room });
  throw tooMany(room, now);
}

function tooMany(room: number, now: Date) {
  return new TooManyRequests(Math.max(1, Math.ceil((room - now.getTime()) / 1000)));
}

function identifierOf({ kind, about }: Counter) {
  const hash = createHmac("sha256", settings().authSecret)
    .update(JSON.stringify([`portico/${kind}`, ...about]))
    .digest("base64url");
  return `${kind}:${hash}`;
}

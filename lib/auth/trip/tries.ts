import "server-only";
import { createHmac, randomUUID } from "node:crypto";
import { database } from "@/lib/db/database";
import { settings } from "@/lib/env";
import { log, traceOf } from "@/lib/process/log";

/**
 * A user who is signed in may try names, passwords and keys at a portal through us. How often is counted in the database, for
 * all processes together: for each user, for each name at a portal, and for a portal as a whole. What is counted is
 * stored as a keyed hash, and forgotten after a quarter of an hour.
 */

/** The sentence of `too_many_tries` says how long this is. */
const REMEMBERED_MS = 15 * 60 * 1000;

const MOST = { user: 5, name: 10, portal: 100 } as const;

/** What is tried; without a name where keys are. */
export type Try = { user: string; portal: string; name: string | null };

/**
 * Counts a try before the portal is asked, so that many at once are not more.
 * @param now by the database's clock
 * @returns how to take it back, once it is known to be no failure; null when there have been too many
 */
export async function countTry(
  tried: Try,
  now: Date,
): Promise<{ takeBack: () => Promise<void> } | null> {
  const db = await database();
  const token = randomUUID();
  const counters = countersOf(tried);
  const identifiers = counters.map(({ identifier }) => identifier);
  const expires = new Date(now.getTime() + REMEMBERED_MS);
  await db.verificationToken.deleteMany({ where: { expires: { lt: now } } });
  await db.verificationToken.createMany({
    data: identifiers.map((identifier) => ({ identifier, token, expires })),
  });
  const takeBack = async () => {
    try {
      await db.verificationToken.deleteMany({ where: { identifier: { in: identifiers }, token } });
    } catch (error) {
      log("error", "try.not_taken_back", traceOf(error)); // it is forgotten by itself
    }
  };
  for (const { identifier, most } of counters) {
    const count = await db.verificationToken.count({
      where: { identifier, expires: { gte: now } },
    });
    if (count <= most) continue;
    await takeBack();
    return null;
  }
  return { takeBack };
}

function countersOf({ user, portal, name }: Try) {
  const counter = (scope: keyof typeof MOST, ...about: string[]) => ({
    identifier: `try:${keyedHash([scope, ...about])}`,
    most: MOST[scope],
  });
  return [
    counter("user", user),
    counter("portal", portal),
    ...(name === null ? [] : [counter("name", portal, spelt(name))]),
  ];
}

/** One name, however it is typed: portals do not tell capitals apart, or might not. */
function spelt(name: string) {
  return name.normalize("NFKC").trim().toLowerCase();
}

/** A plain hash of a name could be guessed. */
function keyedHash(about: string[]) {
  return createHmac("sha256", settings().authSecret)
    .update(JSON.stringify(["portico/try", ...about]))
    .digest("base64url");
}

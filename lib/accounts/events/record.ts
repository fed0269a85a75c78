import "server-only";
import type { Database, Transaction } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import type { Write } from "@/lib/db/together";

/**
 * What back ends are told: a row for each reader there is when it happens, written in the transaction that makes it true. Who is
 * given a grant later is told nothing of before, and who has lost one nothing of after.
 */

export const eventTypes = [
  "link.created",
  "link.reconnected", // new tokens from the portal's own hand
  "link.needs_reconnect", // only its member can mend it
  "link.recovered",
  "link.consent_due", // its member will have to be asked again
  "link.removed",
  "grant.ended",
  "portal.trouble_began",
  "portal.trouble_ended",
  "connect_session.ended",
] as const;
export type EventType = (typeof eventTypes)[number];

/** Reads the events of the keys that belong to no client: all of them. No client has this id. */
export const OPERATOR = "";

type Link = { id: string; provider: string };

type LinkNews = {
  type: Exclude<EventType & `link.${string}`, "link.created">;
  link: Link;
  reason?: string | null;
};

/** Tells of a link all who may read of it now; of its end as long as it is there. */
export function linkEvent(db: object, { type, link, reason = null }: LinkNews): Write {
  return Prisma.sql`
    INSERT INTO ${table(db, "Event")} (reader, type, "accountId", connection, reason, "externalId")
    SELECT reader, ${type}, ${link.id}, ${link.provider}, ${reason}, "externalId" FROM (
      SELECT ${OPERATOR} AS reader, NULL AS "externalId"
      UNION ALL
      SELECT "clientId", "externalId" FROM ${table(db, "Grant")} WHERE "accountId" = ${link.id}) AS readers`;
}

/** Tells of a link that is new. It has no grants yet: each says so itself, by `grantBegan`. */
export function linkCreated(db: object, link: Link): Write {
  return eventFor(db, { reader: OPERATOR, type: "link.created", link });
}

/** A grant, by its own columns. */
type Grant = { clientId: string; externalId: string };

/** For its client a link begins where the grant does, however long it has been there. */
export function grantBegan(db: object, { clientId, externalId }: Grant, link: Link): Write {
  return eventFor(db, { reader: clientId, externalId, type: "link.created", link });
}

/** Tells a client that its grant has ended though the link has not, and those who see everything. */
export function grantEnded(db: object, { clientId, externalId }: Grant, link: Link): Write[] {
  const type = "grant.ended";
  return [
    eventFor(db, { reader: OPERATOR, type, link }),
    eventFor(db, { reader: clientId, externalId, type, link }),
  ];
}

/** Tells a client how a connect session of its own has ended. */
export function sessionEnded(
  db: object,
  { id, clientId, externalId }: Grant & { id: string },
  status: string,
): Write {
  return Prisma.sql`
    INSERT INTO ${table(db, "Event")} (reader, type, session, reason, "externalId")
    VALUES (${clientId}, 'connect_session.ended', ${id}, ${status}, ${externalId})`;
}

type EventOfOne = { reader: string; externalId?: string; type: EventType; link: Link };

function eventFor(db: object, { reader, externalId, type, link }: EventOfOne): Write {
  return Prisma.sql`
    INSERT INTO ${table(db, "Event")} (reader, type, "accountId", connection, "externalId")
    VALUES (${reader}, ${type}, ${link.id}, ${link.provider}, ${externalId ?? null})`;
}

/** For who writes one at a time. */
export async function writeEvents(
  tx: Database | Transaction,
  writes: Write | readonly Write[],
): Promise<void> {
  for (const write of [writes].flat()) await tx.$executeRaw(write);
}

/** What is told of a client goes with it: another of the same id is told nothing of it. */
export async function forgetReader(tx: Transaction, client: string): Promise<void> {
  await tx.event.deleteMany({ where: { reader: client } });
}

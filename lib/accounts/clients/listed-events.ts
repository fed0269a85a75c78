import "server-only";
import { z } from "zod";
import { database } from "@/lib/db/database";
import { table } from "@/lib/db/tables";
import { transaction } from "@/lib/db/transaction";
import { type EventType, eventTypes, OPERATOR } from "../events/record";
import { maySee, type ServiceKey } from "./service-keys";

/**
 * The events that a key may read, in an order in which none appears later before one that was read: transactions end in another
 * order than they begin, so an event gets its place only when it is read. Each reader's places are counted by themselves.
 */

export type ListedEvent = {
  position: bigint;
  at: Date;
  type: EventType;
  link: string | null;
  connection: string | null;
  externalId: string | null;
  session: string | null;
  reason: string | null;
};

/** `next`: the place of the last that was looked at. */
type EventPage = { events: ListedEvent[]; next: bigint };

/** So many get their place in one transaction. */
const BATCH = 1_000;

/** Of events that are not all wanted, so many are looked at with one statement, and so often for one answer. */
const WINDOW = { size: 1_000, times: 5 };

/**
 * The next events after a place, of these types or all.
 * @returns null when no event has had that place yet
 */
export async function listEvents(
  key: ServiceKey,
  types: readonly EventType[] | null,
  { after, limit }: { after: bigint; limit: number },
): Promise<EventPage | null> {
  const reader = key.client ?? OPERATOR;
  const isWanted = (event: ListedEvent) =>
    (types === null || types.includes(event.type)) && maySeeEvent(key, event);
  const isWhole = types === null && key.connections.length === 0;
  const take = isWhole ? limit : WINDOW.size;
  const page: EventPage = { events: [], next: after };
  for (let times = 0; times < WINDOW.times; times += 1) {
    const rows = await eventsAfter(reader, page.next, take);
    if (rows === null) return null;
    for (const event of rows) {
      page.next = event.position;
      if (isWanted(event) && page.events.push(event) === limit) return page;
    }
    if (rows.length < take) return page;
  }
  return page;
}

/** What concerns no connection is not for a key that is only for some. */
function maySeeEvent(key: ServiceKey, { connection }: ListedEvent) {
  return key.connections.length === 0 || (connection !== null && maySee(key, connection));
}

const Type = z.enum(eventTypes);

async function eventsAfter(reader: string, after: bigint, take: number) {
  const events = await placedAfter(reader, after, take);
  if (events.length === take) return events;
  const { isWaiting, last } = await placesOf(reader);
  if (isWaiting) {
    await givePlaces(reader);
    return placedAfter(reader, after, take);
  }
  return after > last ? null : events;
}

async function placedAfter(reader: string, after: bigint, take: number): Promise<ListedEvent[]> {
  const db = await database();
  const rows = await db.event.findMany({
    where: { reader, position: { gt: after } },
    orderBy: { position: "asc" },
    take,
  });
  return rows.map(({ position, type, accountId, at, connection, externalId, session, reason }) => ({
    position: position ?? 0n,
    at,
    type: Type.parse(type),
    link: accountId,
    connection,
    externalId,
    session,
    reason,
  }));
}

const Places = z.tuple([z.object({ isWaiting: z.boolean(), last: z.bigint() })]);

/** How far a reader's places have been given, and whether an event waits for one. Both cost nothing, however many events there are. */
async function placesOf(reader: string) {
  const db = await database();
  const rows = await db.$queryRaw`
    SELECT EXISTS (SELECT FROM ${table(db, "Event")} WHERE reader = ${reader} AND position IS NULL) AS "isWaiting",
      coalesce((SELECT last FROM ${table(db, "EventPosition")} WHERE reader = ${reader}), 0) AS last`;
  return Places.parse(rows)[0];
}

/** Gives the next places to what waits. Another read at the same time waits for the reader's row, and sees what was given. */
async function givePlaces(reader: string) {
  await transaction(async (tx) => {
    const places = table(tx, "EventPosition");
    await tx.$executeRaw`
      INSERT INTO ${places} AS p (reader) VALUES (${reader}) ON CONFLICT (reader) DO UPDATE SET last = p.last`;
    await tx.$executeRaw`
      WITH next AS (
        SELECT id, row_number() OVER (ORDER BY id) AS n FROM (
          SELECT id FROM ${table(tx, "Event")} WHERE reader = ${reader} AND position IS NULL
          ORDER BY id LIMIT ${BATCH}::int) AS waiting
      ), placed AS (
        UPDATE ${table(tx, "Event")} AS event SET position = p.last + next.n FROM next, ${places} AS p
        WHERE event.id = next.id AND p.reader = ${reader})
      UPDATE ${places} SET last = last + (SELECT count(*) FROM next) WHERE reader = ${reader}`;
  });
}

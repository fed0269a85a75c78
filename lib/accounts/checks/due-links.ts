import "server-only";
import { z } from "zod";
import { database } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import type { Connection } from "@/lib/portals/connections";
import { lastCallBefore } from "./claim";

/** So many are read at once: fewer ahead where another process takes them too, and twice as many each time it does not. */
const PAGE = { most: 500, shared: 16 };

/** Where a link stands in the order of an index, those that were never checked first. */
type Place = { checkedAt: Date | null; id: string };

const START: Place = { checkedAt: null, id: "" };
const FIRST_DATED: Place = { checkedAt: new Date(0), id: "" };

/** The due links of one connection. */
type Line = {
  connection: Connection;
  /** The last link that was handed out. */
  after: Place;
  /** What comes next, as far as it has been read. */
  page: Place[];
  /** From where to read on; null at the end. */
  readFrom: Place | null;
  /** How many to read next. */
  size: number;
};

/**
 * The links of some connections whose check is due, the longest unasked first. They are read page by page in the order of an
 * index, so a million take no more memory than a thousand. What another process is checking is left out.
 */
export class DueLinks {
  private readonly lines: readonly Line[];
  private readonly before: Date;
  private last: Promise<unknown> = Promise.resolve();

  /** @param before only links whose portal was not asked since this, by the database's clock */
  constructor(connections: readonly Connection[], before: Date) {
    this.before = before;
    this.lines = connections.map((connection) => ({
      connection,
      after: START,
      page: [],
      readFrom: START,
      size: PAGE.most,
    }));
  }

  /** The next one, or null when there is none. Any number may ask at once. */
  next(): Promise<{ id: string; connection: string } | null> {
    const next = this.last.then(() => this.take());
    this.last = next.catch(() => null);
    return next;
  }

  /** Forgets what was read ahead of a connection: another process is at the same links, and was faster. */
  readAgain(connection: string): void {
    for (const line of this.lines) {
      if (line.connection.id !== connection) continue;
      line.page = [];
      line.readFrom = line.after;
      line.size = PAGE.shared;
    }
  }

  /** How many there still are, by connection. */
  async count(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const { connection, after } of this.lines) {
      const dated = after.checkedAt === null ? FIRST_DATED : after;
      const parts = after.checkedAt === null ? [after, dated] : [dated];
      let sum = 0;
      for (const part of parts) sum += await this.countFrom(connection, part);
      if (sum > 0) counts.set(connection.id, sum);
    }
    return counts;
  }

  private async take() {
    for (const line of this.lines) await this.fill(line);
    const [first, ...others] = this.lines.filter(({ page }) => page.length > 0);
    if (!first) return null;
    const line = others.reduce((oldest, each) => (isOlder(each, oldest) ? each : oldest), first);
    const [place = START] = line.page.splice(0, 1);
    line.after = place;
    return { id: place.id, connection: line.connection.id };
  }

  private async fill(line: Line) {
    while (line.page.length === 0 && line.readFrom !== null) {
      const { connection, readFrom, size } = line;
      const rows = await this.read(connection, readFrom, size);
      line.size = Math.min(2 * size, PAGE.most);
      await this.passOver(rows.filter(({ refreshed }) => refreshed));
      line.page = rows.filter(({ refreshed }) => !refreshed);
      const next = readFrom.checkedAt === null ? FIRST_DATED : null;
      line.readFrom = rows.length < size ? next : (rows.at(-1) ?? next);
    }
  }

  private async read(connection: Connection, from: Place, size: number) {
    const db = await database();
    const rows = await db.$queryRaw`
      SELECT id, "checkedAt", NOT ${lastCallBefore(this.before)} AS refreshed FROM ${table(db, "Account")}
      WHERE ${this.isDue(connection, from)} ORDER BY "checkedAt", id LIMIT ${size}::int`;
    return Rows.parse(rows);
  }

  private async countFrom(connection: Connection, from: Place) {
    const db = await database();
    const rows = await db.$queryRaw`
      SELECT count(*) AS due FROM ${table(db, "Account")}
      WHERE ${this.isDue(connection, from)} AND ${lastCallBefore(this.before)}`;
    return Count.parse(rows)[0].due;
  }

  /**
   * What can be asked about: not what only its member can mend, unless nothing but one refusal speaks against it. The reasons
   * are written as the index "Account_due_idx" has them.
   */
  private isDue({ id: provider, environment }: Connection, { checkedAt, id }: Place) {
    const isNext =
      checkedAt === null
        ? Prisma.sql`"checkedAt" IS NULL AND id > ${id}`
        : Prisma.sql`("checkedAt", id) > (${checkedAt}::timestamptz, ${id}) AND "checkedAt" < ${this.before}::timestamptz`;
    return Prisma.sql`provider = ${provider} AND environment = ${environment} AND ${isNext}
      AND ("reconnectReason" IS NULL OR "reconnectReason" IN ('invalid_token', 'expired_token'))
      AND ("reconnectReason" IS NULL OR refresh_token IS NULL)
      AND ("checkLeaseUntil" IS NULL OR "checkLeaseUntil" < now())`;
  }

  /** A refresh has shown that these links work: their check is put as late as that, and they are not met again until it is due. */
  private async passOver(rows: readonly Place[]) {
    if (rows.length === 0) return;
    const db = await database();
    await db.$executeRaw`
      UPDATE ${table(db, "Account")} SET "checkedAt" = "tokensAt"
      WHERE id = ANY(${rows.map(({ id }) => id)}) AND "checkOutcome" = 'ok'
        AND "tokensAt" >= ${this.before}::timestamptz`;
  }
}

const Rows = z.array(
  z.object({ id: z.string(), checkedAt: z.date().nullable(), refreshed: z.boolean() }),
);

const Count = z.tuple([z.object({ due: z.coerce.number() })]);

function isOlder({ page: [a] }: Line, { page: [b] }: Line) {
  return (a?.checkedAt?.getTime() ?? 0) < (b?.checkedAt?.getTime() ?? 0);
}

import "server-only";
import { z } from "zod";
import { databaseNow } from "@/lib/db/clock";
import type { Transaction } from "@/lib/db/database";
import { table } from "@/lib/db/tables";
import { transaction } from "@/lib/db/transaction";
import type { Connection } from "@/lib/portals/connections";
import { tellBroken, tellRecovered } from "../events/broken";
import { linkEvent, writeEvents } from "../events/record";
import { consentByOf } from "../links/status";
import { decideOnToken } from "../refresh/fresh-token";
import { connectionOf } from "../tokens/link-tokens";

/**
 * What time alone does to links, for those who read events: a consent that will end, a token that has ended. Each link says when
 * to look at it next. A refresh leaves that as it is: who looks finds how things are, and when to look again.
 */

/** So many days before the member has to be asked again, that is told. */
const DAYS_AHEAD = [30, 7, 1] as const;

/** Nothing may be known of a link's end, or our settings may have changed. */
const LOOK_AGAIN_DAYS = 7;

/** So many links in one transaction. */
export const BATCH = 500;

const DAY_MS = 24 * 60 * 60 * 1000;

const Row = z.object({
  id: z.string(),
  provider: z.string(),
  environment: z.string(),
  generation: z.number(),
  refresh_token: z.string().nullable(),
  expires_at: z.number().nullable(),
  tokensAt: z.date().nullable(),
  clientId: z.string().nullable(),
  reconnectReason: z.string().nullable(),
  retryAt: z.date().nullable(),
  checkOutcome: z.string().nullable(),
  toldBroken: z.boolean(),
  toldDays: z.number().nullable(),
});
type Row = z.infer<typeof Row>;

/**
 * Looks at links whose time has come, and tells what has come of it. Any number of processes may do so at once: a link that another
 * one has in hand is left out.
 * @returns how many links were looked at; fewer than a batch, and there are no more
 */
export async function lookAtDue(batch = BATCH): Promise<number> {
  const now = await databaseNow();
  return transaction(async (tx) => {
    // Of a refresh token only whether there is one: it stays where it is.
    const rows = await tx.$queryRaw`
      SELECT id, provider, environment, generation, expires_at, "tokensAt", "clientId", "reconnectReason", "retryAt",
        "checkOutcome", "toldBroken", "toldDays", CASE WHEN refresh_token IS NOT NULL THEN '' END AS refresh_token
      FROM ${table(tx, "Account")} WHERE "lookAt" <= ${now.toISOString()}::timestamptz
      ORDER BY "lookAt" LIMIT ${batch}::int FOR NO KEY UPDATE SKIP LOCKED`;
    const links = z.array(Row).parse(rows);
    const looks: Look[] = [];
    for (const link of links) looks.push({ id: link.id, ...(await lookAt(tx, link, now)) });
    await writeLooks(tx, looks);
    return links.length;
  });
}

type Look = { id: string; toldDays: number | null; next: Date };

/** Tells what is new about a link. */
async function lookAt(tx: Transaction, link: Row, now: Date): Promise<Omit<Look, "id">> {
  const again = new Date(now.getTime() + LOOK_AGAIN_DAYS * DAY_MS * (0.5 + Math.random() / 2)); // not all at once, next time
  const connection = connectionOf(link);
  if (!connection) return { toldDays: link.toldDays, next: again }; // of what is not set up here, nothing is known here
  const consentBy = consentByOf(link, connection);
  const broken = breakOf(link, connection, consentBy, now);
  if (broken !== null) await tellBroken(tx, link, broken);
  else if (link.toldBroken && link.checkOutcome === "ok") await tellRecovered(tx, link);
  const isBroken = broken !== null || link.toldBroken;
  if (isBroken || consentBy === null) return { toldDays: link.toldDays, next: again };

  const { due, next } = countdown(link, consentBy, now);
  if (due !== null && due !== link.toldDays) {
    const news = { type: "link.consent_due", link, reason: String(due) } as const;
    await writeEvents(tx, linkEvent(tx, news));
  }
  return { toldDays: due, next: next < again ? next : again };
}

/** Why only the member can mend a link as it stands, also when no one has asked for its token since. */
function breakOf(link: Row, connection: Connection, consentBy: Date | null, now: Date) {
  const decision = decideOnToken(link, connection, { minTtl: 0 }, now);
  if (decision.kind === "reconnect_needed") return decision.reason;
  return consentBy !== null && consentBy <= now ? "consent_ended" : null;
}

/** How many days at most are left, of those that are told, and when the next of them is reached. */
function countdown(link: Row, consentBy: Date, now: Date) {
  const days = DAYS_AHEAD.filter((each) => each * DAY_MS < longestNotice(link, consentBy));
  const left = (consentBy.getTime() - now.getTime()) / DAY_MS;
  const due = days.findLast((each) => left <= each) ?? null;
  const later = days.find((each) => each < left) ?? 0;
  return { due, next: new Date(consentBy.getTime() - later * DAY_MS) };
}

/**
 * What is refreshed has its end put off each time, from two thirds of its life on by any check: only what comes nearer than that
 * may really end. Of an access token nothing is told that was so on its first day.
 */
function longestNotice({ tokensAt, refresh_token }: Row, consentBy: Date) {
  if (tokensAt === null) return Number.POSITIVE_INFINITY;
  const life = consentBy.getTime() - tokensAt.getTime();
  return refresh_token === null ? life : life / 3;
}

async function writeLooks(tx: Transaction, looks: readonly Look[]) {
  const next = looks.map((look) => look.next.toISOString());
  const days = looks.map(({ toldDays }) => toldDays ?? 0); // an array of ours has no nulls
  await tx.$executeRaw`
    UPDATE ${table(tx, "Account")} AS link SET "lookAt" = look.next, "toldDays" = nullif(look.days, 0)
    FROM unnest(${looks.map(({ id }) => id)}::text[], ${next}::timestamptz[], ${days}::int[]) AS look (id, next, days)
    WHERE link.id = look.id`;
}

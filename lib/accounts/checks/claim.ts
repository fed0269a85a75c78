import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { database } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";

/** Who may check a link now: the process that holds its lease, by the database's clock. Written before the portal is asked. */

/** Longer than a read, a refresh and another read together. */
const LEASE_SECONDS = 120;

const POLL_MS = 150;

/** Whether a link's last call to its portal was before this: a check, or a refresh that succeeded. */
export function lastCallBefore(moment: Date) {
  return Prisma.sql`(("checkedAt" IS NULL OR "checkedAt" < ${moment}::timestamptz)
    AND NOT coalesce("checkOutcome" = 'ok' AND "tokensAt" >= ${moment}::timestamptz, false))`;
}

export type CheckClaim = { link: string; until: Date };

const Until = z.array(z.object({ until: z.date() }));

/**
 * Takes the lease, or null when another process holds it.
 * @param before only a link whose portal was not asked since this; a check that has just been made is enough
 */
export async function claimCheck(link: string, before: Date | null): Promise<CheckClaim | null> {
  const db = await database();
  const rows = await db.$queryRaw`
    UPDATE ${table(db, "Account")}
    SET "checkLeaseUntil" = now() + make_interval(secs => ${LEASE_SECONDS}::int)
    WHERE id = ${link} AND ("checkLeaseUntil" IS NULL OR "checkLeaseUntil" < now())
      AND ${before ? lastCallBefore(before) : Prisma.sql`true`}
    RETURNING "checkLeaseUntil" AS until`;
  const claimed = Until.parse(rows)[0];
  return claimed ? { link, ...claimed } : null;
}

/** Gives the lease back, if it still is this one. */
export async function releaseCheck({ link, until }: CheckClaim): Promise<void> {
  const db = await database();
  await db.account.updateMany({
    where: { id: link, checkLeaseUntil: until },
    data: { checkLeaseUntil: null },
  });
}

const Held = z.array(z.object({ held: z.boolean() }));

/** Waits until the link is not being checked any more, but not for ever. */
export async function waitForCheck(link: string, patienceMs: number): Promise<void> {
  const db = await database();
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(POLL_MS)) {
    const rows = await db.$queryRaw`
      SELECT coalesce("checkLeaseUntil" > now(), false) AS held FROM ${table(db, "Account")} WHERE id = ${link}`;
    if (!Held.parse(rows)[0]?.held) return;
  }
}

import "server-only";
import { z } from "zod";
import type { RevocableTokens } from "@/lib/conversation/revocation";
import { database } from "@/lib/db/database";
import { table } from "@/lib/db/tables";
import { transaction } from "@/lib/db/transaction";
import { backOffSeconds } from "@/lib/process/back-off";
import { log } from "@/lib/process/log";
import { recordEvent } from "../audit";
import { vault } from "../tokens/vault";
import { type Authorization, DAYS_KEPT, sealedFor } from "./queue";

/**
 * Whose turn it is to try a row of the revocation queue, by the database's clock, and what came of the try.
 */

/** Longer than all requests of one try together. */
const LEASE_SECONDS = 90;

/** After a try that came to nothing, in seconds. */
const PAUSE = { first: 15, factor: 4, longest: 6 * 60 * 60 };

/** A row that is ours to try. `tries` fences what we write: the next process that claims it has another number. */
export type ClaimedRevocation = Authorization & {
  id: string;
  tries: number;
  /** Whether its time is over: the portal is not asked any more. */
  overdue: boolean;
  access_token: string | null;
  refresh_token: string | null;
};

const Claimed = z.array(z.object({ tries: z.number(), overdue: z.boolean() }));

/** Takes the lease, or null when another process holds it, it is not due yet, or it has ended. */
export async function claimRevocation(id: string): Promise<ClaimedRevocation | null> {
  const db = await database();
  const rows = await db.$queryRaw`
    UPDATE ${table(db, "Revocation")}
    SET "leaseUntil" = now() + make_interval(secs => ${LEASE_SECONDS}::int), tries = tries + 1
    WHERE id = ${id} AND outcome IS NULL AND "nextTryAt" <= now()
      AND ("leaseUntil" IS NULL OR "leaseUntil" < now())
    RETURNING tries, "createdAt" < now() - make_interval(days => ${DAYS_KEPT}::int) AS overdue`;
  const claimed = Claimed.parse(rows)[0];
  if (!claimed) return null;
  const row = await db.revocation.findUniqueOrThrow({
    where: { id },
    select: {
      id: true,
      userId: true,
      accountId: true,
      connection: true,
      environment: true,
      member: true,
      clientId: true,
      access_token: true,
      refresh_token: true,
    },
  });
  return { ...row, ...claimed };
}

/** @throws {VaultError} */
export async function openQueued({
  id: revocationId,
  access_token,
  refresh_token,
}: ClaimedRevocation) {
  const open = (sealed: string | null, column: "access_token" | "refresh_token") =>
    sealed === null ? null : vault().open(sealed, { revocationId, column });
  return {
    accessToken: await open(access_token, "access_token"),
    refreshToken: await open(refresh_token, "refresh_token"),
  };
}

/** Keeps tokens that came in place of those that were queued, if the row is still ours. */
export async function replaceQueued(
  { id, tries }: ClaimedRevocation,
  tokens: RevocableTokens,
): Promise<void> {
  const db = await database();
  const data = await sealedFor(id, tokens);
  await db.revocation.updateMany({ where: { id, tries, outcome: null }, data });
}

export type RevocationEnd = {
  outcome: "revoked" | "refused" | "not_needed" | "gave_up";
  reason: string | null;
};

/** Ends a row, with its tokens. */
export async function endRevocation(claim: ClaimedRevocation, end: RevocationEnd): Promise<void> {
  const { id, tries, userId, accountId, connection } = claim;
  const ended = await transaction(async (tx) => {
    const { count } = await tx.revocation.updateMany({
      where: { id, tries, outcome: null },
      data: {
        ...end,
        member: "", // a row that has ended keeps no id of the member
        kid: null,
        endedAt: new Date(),
        access_token: null,
        refresh_token: null,
        nextTryAt: null,
        leaseUntil: null,
      },
    });
    if (count === 0) return false;
    await recordEvent(tx, {
      action: accountId === null ? "revoke_unused" : "revoke",
      outcome: end.outcome,
      actor: "system",
      userId,
      accountId,
      connection,
      requestId: id,
    });
    return true;
  });
  const inVain = end.outcome === "refused" || end.outcome === "gave_up";
  if (ended && inVain) report("ended", claim, end.reason);
}

function report(what: "ended" | "postponed", claim: ClaimedRevocation, reason: string | null) {
  const { id, connection, tries } = claim;
  log("warn", `revocation.${what}`, { revocation: id, connection, tries, reason });
}

/** Puts a row back for later, no sooner than the portal says. */
export async function postponeRevocation(
  claim: ClaimedRevocation,
  reason: string,
  retryAfter: number | null,
): Promise<void> {
  const { id, tries } = claim;
  const seconds = backOffSeconds(PAUSE, tries, retryAfter);
  const db = await database();
  const count = await db.$executeRaw`
    UPDATE ${table(db, "Revocation")}
    SET "leaseUntil" = NULL, reason = ${reason},
      "nextTryAt" = least(now() + make_interval(secs => ${seconds}::float8),
        "createdAt" + make_interval(days => ${DAYS_KEPT}::int))
    WHERE id = ${id} AND tries = ${tries} AND outcome IS NULL`;
  if (count > 0) report("postponed", claim, reason);
}

const Ids = z.array(z.object({ id: z.string() }));

/**
 * Rows that may be tried now, those that have waited longest first. Of portals that are left alone, only those whose time is
 * over: they are destroyed without a question.
 * @param resting the connections of those portals
 */
export async function dueRevocations(limit: number, resting: string[]): Promise<string[]> {
  const db = await database();
  const rows = await db.$queryRaw`
    SELECT id FROM ${table(db, "Revocation")}
    WHERE outcome IS NULL AND "nextTryAt" <= now() AND ("leaseUntil" IS NULL OR "leaseUntil" < now())
      AND (connection <> ALL(${resting}) OR "createdAt" < now() - make_interval(days => ${DAYS_KEPT}::int))
    ORDER BY "nextTryAt", "createdAt" LIMIT ${limit}::int`;
  return Ids.parse(rows).map(({ id }) => id);
}

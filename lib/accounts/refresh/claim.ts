import "server-only";
import { z } from "zod";
import { wasAway, wasThere } from "@/lib/db/absence";
import { type Database, database, type Transaction } from "@/lib/db/database";
import { table } from "@/lib/db/tables";
import { transaction } from "@/lib/db/transaction";
import { inBackground } from "@/lib/process/background";
import { newReference } from "@/lib/process/reference";
import { disclaim } from "./disclaim";

/**
 * Who may refresh a link: the process that holds its lease, for one generation of tokens, by the database's clock. The journal
 * says what was begun: a row without an outcome whose lease has run out belongs to a process that died in the middle.
 */

/** Short, so that a death costs the others seconds; a process that lives renews it. */
const LEASE_SECONDS = 10;

/**
 * For so long after the database was away no lease is taken over, also if it has run out: its holder may live, may not have been
 * able to renew it, and may be about to write what the portal has issued.
 */
const GRACE_SECONDS = 30;

/**
 * Who cannot say that the database was there for so long, as a process that has just begun, does not take over either: a holder
 * that lives renews its lease in this time.
 */
const WATCH_SECONDS = 6;

/** No holder renews a lease for longer. What ran out before that is free to all. */
export const RENEWED_AT_MOST_SECONDS = 145;

export type Claim = {
  link: string;
  generation: number;
  owner: string;
  /** Under which the log and the record of what happened know this refresh. */
  reference: string;
  /** The journal row of the request that may be made now. */
  attempt: bigint;
  /** Whether this generation's refresh token was sent before without an answer: it may be spent. */
  doubtful: boolean;
};

/** Takes the lease and opens the journal, or null when another process holds it or was faster, or the portal may not be asked yet. */
export async function claimRefresh(
  { id, generation }: { id: string; generation: number },
  owner: string,
): Promise<Claim | null> {
  const isHeld = wasAway(GRACE_SECONDS);
  const since = wasThere(WATCH_SECONDS) ? 0 : RENEWED_AT_MOST_SECONDS;
  const reference = newReference();
  let isWritten = false;
  const claim = transaction(async (tx) => {
    const claimed = await tx.$executeRaw`
      UPDATE ${table(tx, "Account")}
      SET "leaseOwner" = ${owner}, "leaseUntil" = now() + make_interval(secs => ${LEASE_SECONDS}::int)
      WHERE id = ${id} AND generation = ${generation}
        AND refresh_token IS NOT NULL AND "reconnectReason" IS NULL
        AND ("leaseUntil" IS NULL
          OR ("leaseUntil" < now() - make_interval(secs => ${since}::int) AND NOT ${isHeld}::boolean))
        AND ("retryAt" IS NULL OR "retryAt" <= now())`;
    if (claimed === 0) return null;
    await closeAbandoned(tx, id);
    const doubtful = (await unansweredAttempts(tx, { id, generation })) > 0;
    const attempt = await openAttempt(tx, { id, generation }, { owner, reference });
    isWritten = true;
    return { link: id, generation, owner, reference, attempt, doubtful };
  });
  return claim.catch((error) => {
    const lease = { link: id, owner, reference };
    if (isWritten) inBackground(disclaim(lease, LEASE_SECONDS + GRACE_SECONDS));
    throw error;
  });
}

/** Holds a lease for another while, if it still is this claim's. */
export async function renewLease({ link, generation, owner }: Claim): Promise<void> {
  const db = await database();
  await db.$executeRaw`
    UPDATE ${table(db, "Account")} SET "leaseUntil" = now() + make_interval(secs => ${LEASE_SECONDS}::int)
    WHERE id = ${link} AND generation = ${generation} AND "leaseOwner" = ${owner}`;
}

/** For one more request under the same lease: closes the journal row without an answer and opens another. */
export async function claimRetry(claim: Claim, reason: string): Promise<Claim> {
  const { link: id, generation } = claim;
  return transaction(async (tx) => {
    await closeAttempt(tx, claim, { outcome: "unknown", reason });
    const attempt = await openAttempt(tx, { id, generation }, claim);
    return { ...claim, attempt, doubtful: true };
  });
}

export type AttemptOutcome = {
  outcome: "succeeded" | "refused" | "unavailable" | "unknown";
  reason: string | null;
};

/** Writes what came of a request into the journal. */
export async function closeAttempt(tx: Transaction, { attempt }: Claim, outcome: AttemptOutcome) {
  await tx.refreshAttempt.update({
    where: { id: attempt },
    data: { ...outcome, endedAt: new Date() },
  });
}

const Lease = z.array(z.object({ generation: z.number(), held: z.boolean() }));

/** Whether a process is refreshing this generation right now. */
export async function isClaimed({ id, generation }: { id: string; generation: number }) {
  const db = await database();
  const rows = await db.$queryRaw`
    SELECT generation, coalesce("leaseUntil" > now(), false) AS held FROM ${table(db, "Account")} WHERE id = ${id}`;
  const lease = Lease.parse(rows)[0];
  return lease?.generation === generation && lease.held;
}

/** What a process that died has left open: its result is not known. */
async function closeAbandoned(tx: Transaction, accountId: string) {
  await tx.refreshAttempt.updateMany({
    where: { accountId, outcome: null },
    data: { outcome: "unknown", reason: "interrupted", endedAt: new Date() },
  });
}

function unansweredAttempts(
  tx: Database | Transaction,
  { id, generation }: { id: string; generation: number },
) {
  return tx.refreshAttempt.count({ where: { accountId: id, generation, outcome: "unknown" } });
}

async function openAttempt(
  tx: Transaction,
  { id, generation }: { id: string; generation: number },
  { owner, reference }: Pick<Claim, "owner" | "reference">,
) {
  const { id: attempt } = await tx.refreshAttempt.create({
    data: { accountId: id, generation, owner, reference },
    select: { id: true },
  });
  return attempt;
}

import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { seal, unseal } from "@/lib/accounts/tokens/sealed";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { isUniqueViolation } from "@/lib/db/conflicts";
import { type Database, database, type Transaction } from "@/lib/db/database";

/**
 * How a flow ended, kept for a second arrival: a double click, a reload, an impatient browser. It is sealed under the flow's
 * own `state` (or `oauth_token`), of which the database has the hash: only an arrival that brings it can open the outcome, and the
 * session in it.
 */
const FinishedFlow = z.object({
  /** The page it ended on, with its result. */
  location: z.string().startsWith("/"),
  /** The session the first arrival was given, since its answer may never have reached the browser. */
  session: z.object({ token: z.string(), expires: z.coerce.date(), user: z.string() }).nullable(),
});
export type FinishedFlow = z.infer<typeof FinishedFlow>;

const IDENTIFIER = "flow";

/** A used flow is remembered longer than a browser can carry one. */
const REMEMBERED_MS = 2 * 60 * 60 * 1000;

/** How long the first arrival's outcome is told to a second; after that it only learns that the flow was used. */
const OUTCOME_MS = 2 * 60 * 1000;

/** Longer than most portals take; a slower one is told as unfinished. */
const WAIT_MS = 20_000;
const POLL_MS = 150;

/**
 * Records that a flow has come back, before anything is exchanged for it.
 * @param stateHash the flow's `state`, hashed
 * @returns whether this is the first time
 */
export async function claimFlow(stateHash: string, now: Date): Promise<boolean> {
  const db = await database();
  await db.verificationToken.deleteMany({ where: { expires: { lt: now } } });
  try {
    await db.verificationToken.create({
      data: {
        identifier: IDENTIFIER,
        token: stateHash,
        expires: new Date(now.getTime() + REMEMBERED_MS),
      },
    });
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

/** Whether a flow has ever come back. */
export async function wasClaimed(stateHash: string): Promise<boolean> {
  return (await claim(stateHash)) !== null;
}

/**
 * Records how a flow ended; inside the transaction that ended it, where there is one. The first outcome stays.
 * @param state the flow's own, not hashed
 * @returns whether this was the first
 */
export async function recordOutcome(
  db: Database | Transaction,
  state: string,
  outcome: FinishedFlow,
  now: Date,
): Promise<boolean> {
  const until = new Date(now.getTime() + OUTCOME_MS);
  const { count } = await db.verificationToken.updateMany({
    where: { identifier: IDENTIFIER, token: sha256(state), outcome: null },
    data: { outcome: await seal("outcome", { outcome }, until, state) },
  });
  return count > 0;
}

/** How a flow ended, as recorded; "old" when that may no longer be told, null while it is under way. */
export async function recordedOutcome(state: string): Promise<FinishedFlow | "old" | null> {
  const sealed = (await claim(sha256(state)))?.outcome;
  if (!sealed) return null;
  return (await unseal("outcome", sealed, Recorded, { secret: state }))?.outcome ?? "old";
}

const Recorded = z.object({ outcome: FinishedFlow });

type Earlier = FinishedFlow | "unfinished" | "old";

const waiting = new Map<string, Promise<Earlier>>();

/**
 * Waits for the first arrival to finish, however many arrive after it. Resolves to its outcome, to "old" when that may
 * no longer be told, or to "unfinished" when it does not come.
 */
export function awaitOutcome(state: string): Promise<Earlier> {
  const together = waiting.get(state);
  if (together) return together;
  const outcome = pollOutcome(state).finally(() => waiting.delete(state));
  waiting.set(state, outcome);
  return outcome;
}

async function pollOutcome(state: string): Promise<Earlier> {
  const deadline = Date.now() + WAIT_MS;
  while (Date.now() < deadline) {
    const outcome = await recordedOutcome(state);
    if (outcome) return outcome;
    await sleep(POLL_MS);
  }
  return "unfinished";
}

async function claim(stateHash: string) {
  const db = await database();
  return db.verificationToken.findUnique({
    where: { identifier_token: { identifier: IDENTIFIER, token: stateHash } },
    select: { outcome: true },
  });
}

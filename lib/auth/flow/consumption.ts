import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { seal, unseal } from "@/lib/accounts/tokens/sealed";
import { isUniqueViolation } from "@/lib/db/conflicts";
import { type Database, database, type Transaction } from "@/lib/db/database";

/** How a flow ended, kept for a second arrival: a double click, a reload, an impatient browser. */
const FinishedFlow = z.object({
  /** The page it ended on, with its result. */
  location: z.string().startsWith("/"),
  /** The session the first arrival was given, since its answer may never have reached the browser. */
  session: z.object({ token: z.string(), expires: z.coerce.date() }).nullable(),
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
 * @returns whether this was the first
 */
export async function recordOutcome(
  db: Database | Transaction,
  stateHash: string,
  outcome: FinishedFlow,
  now: Date,
): Promise<boolean> {
  const { count } = await db.verificationToken.updateMany({
    where: { identifier: IDENTIFIER, token: stateHash, outcome: null },
    data: {
      outcome: await seal("outcome", { stateHash, outcome }, new Date(now.getTime() + OUTCOME_MS)),
    },
  });
  return count > 0;
}

/** How a flow ended, as recorded; "old" when that may no longer be told, null while it is under way. */
export async function recordedOutcome(stateHash: string): Promise<FinishedFlow | "old" | null> {
  const Recorded = z.object({ stateHash: z.literal(stateHash), outcome: FinishedFlow });
  const sealed = (await claim(stateHash))?.outcome;
  if (!sealed) return null;
  return (await unseal("outcome", sealed, Recorded))?.outcome ?? "old";
}

type Earlier = FinishedFlow | "unfinished" | "old";

const waiting = new Map<string, Promise<Earlier>>();

/**
 * Waits for the first arrival to finish, however many arrive after it. Resolves to its outcome, to "old" when that may
 * no longer be told, or to "unfinished" when it does not come.
 */
export function awaitOutcome(stateHash: string): Promise<Earlier> {
  const together = waiting.get(stateHash);
  if (together) return together;
  const outcome = pollOutcome(stateHash).finally(() => waiting.delete(stateHash));
  waiting.set(stateHash, outcome);
  return outcome;
}

async function pollOutcome(stateHash: string): Promise<Earlier> {
  const deadline = Date.now() + WAIT_MS;
  while (Date.now() < deadline) {
    const outcome = await recordedOutcome(stateHash);
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

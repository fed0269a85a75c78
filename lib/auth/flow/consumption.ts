import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { LOST_SECONDS } from "@/lib/accounts/revocation/lost-codes";
import { seal, unseal } from "@/lib/accounts/tokens/sealed";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { type Database, database } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import { moment, statement, type Write } from "@/lib/db/together";
import { isConnectPage } from "./return-path";

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

/**
 * How long the first arrival's outcome is told to a second; after that it only learns that the flow was used. That of a connect session
 * holds no session of ours, and is told for as long as the flow is remembered.
 */
const OUTCOME_MS = 2 * 60 * 1000;

/** Longer than most portals take; a slower one is told as unfinished. */
const WAIT_MS = 20_000;
const POLL_MS = 150;

/**
 * Records that a flow has come back, before anything is exchanged for it.
 * @param stateHash the flow's `state`, hashed
 * @param code what `sealCode()` made of its code: kept until `exchangeEnded()`
 * @returns whether this is the first time
 */
export async function claimFlow(
  stateHash: string,
  now: Date,
  code: string | null = null,
): Promise<boolean> {
  const db = await database();
  const expires = moment(new Date(now.getTime() + REMEMBERED_MS));
  const claim = Prisma.sql`
    WITH forgotten AS (
      DELETE FROM ${table(db, "VerificationToken")}
      WHERE expires < ${moment(now)} AND (identifier, token) <> (${IDENTIFIER}, ${stateHash})),
    claimed AS (
      INSERT INTO ${table(db, "VerificationToken")} AS earlier (identifier, token, expires)
      VALUES (${IDENTIFIER}, ${stateHash}, ${expires})
      ON CONFLICT (identifier, token) DO UPDATE SET expires = excluded.expires, outcome = NULL
      WHERE earlier.expires < ${moment(now)}
      RETURNING token)
    ${code === null ? Prisma.empty : keeping(db, code)}
    SELECT FROM claimed`;
  return ((await statement(db, claim)).rowCount ?? 0) > 0;
}

/** Keeps the code of the flow that is claimed. */
function keeping(db: Database, code: string) {
  return Prisma.sql`, kept AS (
    INSERT INTO ${table(db, "CodeExchange")} (id, code, "nextTryAt")
    SELECT token, ${code}, now() + make_interval(secs => ${LOST_SECONDS}::int) FROM claimed
    ON CONFLICT (id) DO NOTHING)`;
}

/** Whether a flow has ever come back. */
export async function wasClaimed(stateHash: string): Promise<boolean> {
  return (await claim(stateHash)) !== null;
}

/**
 * Records how a flow ended. The first outcome stays.
 * @param state the flow's own, not hashed
 * @returns whether this was the first
 */
export async function recordOutcome(
  db: Database,
  state: string,
  outcome: FinishedFlow,
  now: Date,
): Promise<boolean> {
  return (await db.$executeRaw(await outcomeOf(db, state, outcome, now))) > 0;
}

/** What records how a flow ended, to be written together with all that it ended in. */
export async function outcomeOf(
  db: object,
  state: string,
  outcome: FinishedFlow,
  now: Date,
): Promise<Write> {
  const told = isConnectPage(outcome.location) ? REMEMBERED_MS : OUTCOME_MS;
  const until = new Date(now.getTime() + told);
  const sealed = await seal("outcome", { outcome }, until, state);
  return Prisma.sql`
    UPDATE ${table(db, "VerificationToken")} SET outcome = ${sealed}
    WHERE identifier = ${IDENTIFIER} AND token = ${sha256(state)} AND outcome IS NULL`;
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

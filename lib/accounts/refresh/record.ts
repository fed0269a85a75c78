import "server-only";
import { z } from "zod";
import { findConnection } from "@/lib/conversation/configuration";
import { REFUSED_FOR_NOW } from "@/lib/conversation/probe";
import { noticingAbsence } from "@/lib/db/absence";
import { byDatabaseClock } from "@/lib/db/clock";
import { database, type Transaction } from "@/lib/db/database";
import type { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import { transaction } from "@/lib/db/transaction";
import { isDatabaseTrouble } from "@/lib/db/trouble";
import { isUndeclaredRefusal, type RefreshOutcome } from "@/lib/oauth/refresh";
import type { TokenSet } from "@/lib/oauth/tokens";
import { backOffSeconds } from "@/lib/process/back-off";
import { inBackground } from "@/lib/process/background";
import { log, traceOf } from "@/lib/process/log";
import { recordEvent } from "../audit";
import { tellBroken, tellRecovered } from "../events/broken";
import { authorizationOf, queueRevocation, queueUnused } from "../revocation/queue";
import { revokeSoon } from "../revocation/revocations";
import { holdIssued } from "../tokens/held-tokens";
import { type LinkRow, openColumn } from "../tokens/link-tokens";
import { tokenColumns } from "../tokens/vault";
import { type AttemptOutcome, type Claim, closeAttempt } from "./claim";
import { pauseAfter } from "./persistence";

/** How long to go on trying to write what a portal has issued: it exists nowhere else. */
const PERSISTENCE_MS = 120_000;

/** How often a write is tried whose failure need not pass by itself. */
const TRIES = 3;

/** After a refresh that came to nothing, in seconds. */
const PAUSE = { first: 2, factor: 2, longest: 15 * 60 };

/**
 * Writes what came of a refresh: link, journal and audit event in one transaction, fenced by lease and generation. A
 * database that is away for a while is waited for. What can never be written as a whole costs no tokens: they are written
 * without the rest.
 */
export async function recordRefresh(claim: Claim, link: LinkRow, outcome: RefreshOutcome) {
  try {
    const late = await persistently(claim, async () => {
      return writeAll(claim, link, await columnsFor(claim, link, outcome), outcome);
    });
    if (late) void revokeSoon([late]);
  } catch (error) {
    if (outcome.kind !== "succeeded") throw error;
    log("error", "refresh.saved_in_part", { ...about(claim), ...traceOf(error) });
    await writeTokensAlone(claim, link, outcome.response.tokens);
  }
  if (outcome.kind !== "succeeded") report(claim, link, outcome);
}

/** New tokens that are not written yet: that goes on behind the caller's answer. */
export class NotSavedYet extends Error {
  override readonly name = "NotSavedYet";
  /** Resolves when they are written, or when there is no hope left. */
  readonly saved: Promise<void>;

  constructor(saved: Promise<void>, cause: unknown) {
    super("New tokens could not be written yet", { cause });
    this.saved = saved;
  }
}

/** Tries a write until it is done: as long as there is hope while the database is away, and a few times otherwise. */
async function persistently<T>(claim: Claim, write: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PERSISTENCE_MS;
  for (let failures = 1; ; failures += 1) {
    try {
      return await noticingAbsence(write);
    } catch (error) {
      const isHopeless = !isDatabaseTrouble(error) && failures >= TRIES;
      if (isHopeless || Date.now() > deadline) throw error;
      log("error", "refresh.not_saved", { ...about(claim), ...traceOf(error) });
      await pauseAfter(failures);
    }
  }
}

/**
 * The new tokens and nothing that another answer could have spoilt. If not even that can be written now, it is tried further
 * behind the caller's answer.
 * @throws {NotSavedYet}
 */
async function writeTokensAlone(claim: Claim, link: LinkRow, tokens: TokenSet) {
  const all = await tokenColumns(link.id, await withOldRefreshToken(link, tokens));
  const { access_token, refresh_token, kid, expires_at } = all;
  const data = {
    access_token,
    refresh_token,
    kid,
    expires_at,
    tokensAt: byDatabaseClock(new Date()),
    checkOutcome: "ok",
  };
  const generation = claim.generation + 1;
  const write = async () => {
    const db = await database();
    const columns = { ...data, generation, ...noLease };
    const { count } = await db.account.updateMany({ where: fence(claim), data: columns });
    if (count > 0) return;
    log("error", "refresh.fenced_out", about(claim));
    await transaction((tx) => queueUnused(tx, authorizationOf(link), tokens));
  };
  try {
    await noticingAbsence(write);
  } catch (error) {
    const saved = retryForLong(claim, write);
    inBackground(saved);
    throw new NotSavedYet(saved, error);
  }
}

async function retryForLong(claim: Claim, write: () => Promise<void>) {
  const deadline = Date.now() + PERSISTENCE_MS;
  for (let failures = 1; Date.now() < deadline; failures += 1) {
    await pauseAfter(failures);
    const error = await write().then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error === null) return;
    log("error", "refresh.not_saved", { ...about(claim), ...traceOf(error) });
  }
}

function about({ link, generation, reference }: Claim) {
  return { link, generation, reference };
}

/** Only the holder of the lease writes, and only over the tokens that it has used. */
function fence({ link: id, owner: leaseOwner, generation }: Claim) {
  return { id, leaseOwner, generation };
}

const noLease = { leaseOwner: null, leaseUntil: null };

function report(
  { reference }: Claim,
  link: LinkRow,
  outcome: Exclude<RefreshOutcome, { kind: "succeeded" }>,
) {
  const { code, detail } = outcome.error;
  log("warn", "refresh.failed", {
    reference,
    link: link.id,
    connection: link.provider,
    outcome: outcome.kind,
    reason: code,
    status: detail.status,
    error: detail.error,
  });
}

type Columns = {
  data: Prisma.AccountUncheckedUpdateManyInput;
  backOff: number | null;
  journal: AttemptOutcome;
};

/** A success changes no column that is in an index, so the database changes the row in place: `checkedAt` stays as it is. */
async function columnsFor(claim: Claim, link: LinkRow, outcome: RefreshOutcome): Promise<Columns> {
  const now = byDatabaseClock(new Date());
  switch (outcome.kind) {
    case "succeeded": {
      const tokens = await withOldRefreshToken(link, outcome.response.tokens);
      const { issuedAt, ...fresh } = await tokenColumns(link.id, tokens);
      return {
        data: {
          ...fresh,
          issuedAt: issuedAt ?? now,
          scope: fresh.scope ?? link.scope,
          generation: link.generation + 1,
          tokensAt: now,
          checkOutcome: "ok",
          failures: 0,
          retryAt: null,
        },
        backOff: null,
        journal: { outcome: "succeeded", reason: null },
      };
    }
    case "refused":
      return ending(claim, outcome.error.code, now);
    default: {
      const isRefusal = outcome.kind === "unavailable" && isUndeclaredRefusal(outcome.error);
      if (isRefusal && (await wasRefusedForLong(claim)))
        return ending(claim, "refused_for_long", now);
      const reason = isRefusal ? REFUSED_FOR_NOW : outcome.error.code;
      const failures = link.failures + 1;
      return {
        data: { failures, checkedAt: now, checkOutcome: reason },
        backOff: backOffSeconds(PAUSE, failures, outcome.error.detail.retryAfter ?? null),
        journal: { outcome: outcome.kind, reason },
      };
    }
  }
}

/** After a question without an answer, the portal may be refusing what it has itself replaced. */
function ending({ doubtful }: Claim, word: string, now: Date): Columns {
  const reason = doubtful ? "answer_lost" : word;
  return {
    data: { reconnectReason: reason, checkedAt: now, checkOutcome: reason },
    backOff: null,
    journal: { outcome: "refused", reason: word },
  };
}

/** What a portal refuses in words that nothing declares is refused for good after so many times, a day or more apart. */
const REFUSALS = { times: 5, hours: 24 };

const Refusals = z.tuple([z.object({ times: z.coerce.number(), long: z.boolean() })]);

/** Whether this generation's refresh token has been refused so, often enough and since long enough ago. */
async function wasRefusedForLong({ link, generation }: Claim): Promise<boolean> {
  const db = await database();
  const rows = await db.$queryRaw`
    SELECT count(*) AS times,
      coalesce(min("startedAt") <= now() - make_interval(hours => ${REFUSALS.hours}::int), false) AS long
    FROM ${table(db, "RefreshAttempt")}
    WHERE "accountId" = ${link} AND generation = ${generation} AND reason = ${REFUSED_FOR_NOW}`;
  const [{ times, long }] = Refusals.parse(rows);
  return long && times >= REFUSALS.times - 1;
}

/** @returns what its portal is to be asked, when the link went while its tokens came */
async function writeAll(
  claim: Claim,
  link: LinkRow,
  { data, backOff, journal }: Columns,
  outcome: RefreshOutcome,
) {
  return transaction(async (tx) => {
    const count = await writeLink(tx, claim, link, { ...data, ...noLease });
    if (count > 0) await tellChange(tx, link, data);
    if (count > 0 && backOff !== null) await restUntil(tx, claim.link, backOff);
    if (count === 0) log("error", "refresh.fenced_out", { ...about(claim), ...journal });
    const journalled = await tx.refreshAttempt.count({ where: { id: claim.attempt } });
    const tokens = outcome.kind === "succeeded" ? outcome.response.tokens : null;
    if (count > 0 && tokens) await hold(tx, link, tokens);
    // Unlinked meanwhile: what was queued then are tokens that these have replaced.
    if (journalled === 0) return tokens && queueRevocation(tx, authorizationOf(link), tokens);
    if (count === 0 && tokens) await queueUnused(tx, authorizationOf(link), tokens);
    await closeAttempt(tx, claim, journal);
    await recordEvent(tx, {
      action: "refresh",
      outcome: journal.outcome,
      actor: "system",
      userId: link.userId,
      accountId: link.id,
      connection: link.provider,
      requestId: claim.reference,
    });
    return null;
  });
}

async function hold(tx: Transaction, { id, provider }: LinkRow, tokens: TokenSet) {
  const connection = findConnection(provider);
  const writes = connection ? holdIssued(tx, id, connection, tokens) : [];
  for (const write of writes) await tx.$executeRaw(write);
}

/**
 * Who has lost the lease writes nothing, unless the tokens have come: as long as the link has none that are newer, they are the
 * only ones that live, also when another process has been refused the old ones meanwhile.
 */
async function writeLink(
  tx: Transaction,
  claim: Claim,
  link: LinkRow,
  data: Columns["data"],
): Promise<number> {
  const { count } = await tx.account.updateMany({ where: fence(claim), data });
  if (count > 0 || data.generation === undefined) return count;
  const where = { id: claim.link, generation: claim.generation };
  const late = await tx.account.updateMany({ where, data: { ...data, reconnectReason: null } });
  if (late.count > 0) await tellRecovered(tx, link);
  return late.count;
}

/** What a success ends, the link itself has said when it was read: most end nothing, and ask for nothing more. */
async function tellChange(
  tx: Transaction,
  link: LinkRow,
  { reconnectReason, generation }: Columns["data"],
) {
  if (typeof reconnectReason === "string") await tellBroken(tx, link, reconnectReason);
  if (generation !== undefined && link.toldBroken) await tellRecovered(tx, link);
}

/** By the database's clock, as every question whether it may be asked again. */
async function restUntil(tx: Transaction, id: string, seconds: number) {
  await tx.$executeRaw`
    UPDATE ${table(tx, "Account")} SET "retryAt" = now() + make_interval(secs => ${seconds}::float8) WHERE id = ${id}`;
}

/** RFC 6749 section 6: a portal that issues no new refresh token means the old one to stay. */
async function withOldRefreshToken(link: LinkRow, tokens: TokenSet): Promise<TokenSet> {
  if (tokens.refreshToken !== null) return tokens;
  return { ...tokens, refreshToken: await openColumn(link, "refresh_token") };
}

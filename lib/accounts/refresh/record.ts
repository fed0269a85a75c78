import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { database, type Transaction } from "@/lib/db/database";
import type { RefreshOutcome } from "@/lib/oauth/refresh";
import type { TokenSet } from "@/lib/oauth/tokens";
import { backOffSeconds } from "@/lib/process/back-off";
import { log } from "@/lib/process/log";
import { recordEvent } from "../audit";
import { authorizationOf, queueRevocation, queueUnused } from "../revocation/queue";
import { revokeSoon } from "../revocation/revocations";
import { type LinkRow, openColumn } from "../tokens/link-tokens";
import { tokenColumns } from "../tokens/vault";
import { type AttemptOutcome, type Claim, closeAttempt } from "./claim";

/** How long to go on trying to write what a portal has issued: it exists nowhere else. */
const PERSISTENCE_MS = 120_000;

/** Between two tries to write it, in seconds. */
const PERSISTENCE_PAUSE = { first: 0.2, factor: 2, longest: 5 };

/** After a refresh that came to nothing, in seconds. */
const PAUSE = { first: 2, factor: 2, longest: 15 * 60 };

/**
 * Writes what came of a refresh: link, journal and audit event in one transaction, fenced by lease and generation. A
 * database that is away for a while is waited for.
 */
export async function recordRefresh(claim: Claim, link: LinkRow, outcome: RefreshOutcome) {
  const columns = await columnsFor(claim, link, outcome);
  const deadline = Date.now() + PERSISTENCE_MS;
  for (let failures = 1; ; failures += 1) {
    try {
      const late = await write(claim, link, { ...columns, journal: journalOf(outcome) }, outcome);
      if (late) void revokeSoon([late]);
      if (outcome.kind !== "succeeded") report(link, outcome);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      log("error", "refresh.not_saved", { link: link.id, generation: link.generation });
      await sleep(backOffSeconds(PERSISTENCE_PAUSE, failures) * 1000);
    }
  }
}

function report(link: LinkRow, outcome: Exclude<RefreshOutcome, { kind: "succeeded" }>) {
  const { code, detail } = outcome.error;
  log("warn", "refresh.failed", {
    link: link.id,
    connection: link.provider,
    outcome: outcome.kind,
    reason: code,
    status: detail.status,
  });
}

type Columns = Awaited<ReturnType<typeof columnsFor>>;

async function columnsFor({ doubtful }: Claim, link: LinkRow, outcome: RefreshOutcome) {
  const now = new Date();
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
          checkedAt: now,
          checkOutcome: "ok",
          failures: 0,
          retryAt: null,
        },
        backOff: null,
      };
    }
    case "refused": {
      // After a question without an answer, the portal may be refusing what it has itself replaced.
      const reason = doubtful ? "answer_lost" : outcome.error.code;
      const data = { reconnectReason: reason, checkedAt: now, checkOutcome: reason };
      return { data, backOff: null };
    }
    default: {
      const failures = link.failures + 1;
      const data = { failures, checkedAt: now, checkOutcome: outcome.error.code };
      const retryAfter = outcome.error.detail.retryAfter ?? null;
      return { data, backOff: backOffSeconds(PAUSE, failures, retryAfter) };
    }
  }
}

/** @returns what its portal is to be asked, when the link went while its tokens came */
async function write(
  claim: Claim,
  link: LinkRow,
  { data, backOff, journal }: Columns & { journal: AttemptOutcome },
  outcome: RefreshOutcome,
) {
  const db = await database();
  return db.$transaction(async (tx) => {
    const { count } = await tx.account.updateMany({
      where: { id: claim.link, leaseOwner: claim.owner, generation: claim.generation },
      data: { ...data, leaseOwner: null, leaseUntil: null },
    });
    if (count > 0 && backOff !== null) await restUntil(tx, claim.link, backOff);
    if (count === 0) log("error", "refresh.fenced_out", { link: claim.link, ...journal });
    const journalled = await tx.refreshAttempt.count({ where: { id: claim.attempt } });
    const tokens = outcome.kind === "succeeded" ? outcome.response.tokens : null;
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
      requestId: String(claim.attempt),
    });
    return null;
  });
}

/** By the database's clock, as every question whether it may be asked again. */
async function restUntil(tx: Transaction, id: string, seconds: number) {
  await tx.$executeRaw`
    UPDATE "Account" SET "retryAt" = now() + make_interval(secs => ${seconds}::float8) WHERE id = ${id}`;
}

/** RFC 6749 section 6: a portal that issues no new refresh token means the old one to stay. */
async function withOldRefreshToken(link: LinkRow, tokens: TokenSet): Promise<TokenSet> {
  if (tokens.refreshToken !== null) return tokens;
  return { ...tokens, refreshToken: await openColumn(link, "refresh_token") };
}

function journalOf(outcome: RefreshOutcome): AttemptOutcome {
  const reason = outcome.kind === "succeeded" ? null : outcome.error.code;
  return { outcome: outcome.kind, reason };
}

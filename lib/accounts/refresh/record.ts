import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { database, type Transaction } from "@/lib/db/database";
import type { OAuthError } from "@/lib/oauth/errors";
import type { RefreshOutcome } from "@/lib/oauth/refresh";
import type { TokenSet } from "@/lib/oauth/tokens";
import { log } from "@/lib/process/log";
import { recordEvent } from "../audit";
import { authorizationOf, queueRevocation, queueUnused } from "../revocation/queue";
import { revokeSoon } from "../revocation/revocations";
import { type LinkRow, openColumn } from "../tokens/link-tokens";
import { tokenColumns } from "../tokens/vault";
import { type AttemptOutcome, type Claim, closeAttempt } from "./claim";

/** How long to go on trying to write what a portal has issued: it exists nowhere else. */
const PERSISTENCE_MS = 120_000;

/** The first pause after a refresh that came to nothing; it doubles each time, up to the longest. */
const BACK_OFF_SECONDS = { first: 2, longest: 15 * 60 };

/**
 * Writes what came of a refresh: link, journal and audit event in one transaction, fenced by lease and generation. A
 * database that is away for a while is waited for.
 */
export async function recordRefresh(claim: Claim, link: LinkRow, outcome: RefreshOutcome) {
  const columns = await columnsFor(claim, link, outcome);
  const deadline = Date.now() + PERSISTENCE_MS;
  for (let pause = 200; ; pause = Math.min(pause * 2, 5_000)) {
    try {
      const late = await write(claim, link, { ...columns, journal: journalOf(outcome) }, outcome);
      if (late) void revokeSoon([late]);
      if (outcome.kind !== "succeeded") report(link, outcome);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      log("error", "refresh.not_saved", { link: link.id, generation: link.generation });
      await sleep(pause);
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
      return { data, backOff: backOffSeconds(outcome.error, failures) };
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

/** Twice as long each time, with jitter so that links do not come back together; never sooner than the portal says. */
function backOffSeconds({ detail }: OAuthError, failures: number) {
  const { first, longest } = BACK_OFF_SECONDS;
  const grown = Math.min(longest, first * 2 ** (failures - 1));
  const jittered = grown * (0.5 + Math.random() / 2);
  return Math.max(jittered, Math.min(detail.retryAfter ?? 0, 24 * 60 * 60));
}

function journalOf(outcome: RefreshOutcome): AttemptOutcome {
  const reason = outcome.kind === "succeeded" ? null : outcome.error.code;
  return { outcome: outcome.kind, reason };
}

import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { database } from "@/lib/db/database";
import { log, traceOf } from "@/lib/log";
import { OAuthError } from "@/lib/oauth/errors";
import { refreshTokens } from "@/lib/oauth/refresh";
import type { RevocationVerdict } from "@/lib/oauth/revocation";
import type { Connection } from "@/lib/portals/connections";
import { findConnection } from "./configuration";
import { refreshEndpointOf } from "./issuers";
import { revokeAtPortal } from "./portal-revocation";
import { probe } from "./probe";
import { canRevoke, standAlone } from "./revocability";
import {
  type ClaimedRevocation,
  claimRevocation,
  dueRevocations,
  endRevocation,
  isInUse,
  openQueued,
  postponeRevocation,
  type RevocableTokens,
  replaceQueued,
} from "./revocation-queue";
import { VaultError } from "./vault";

/** How long a page waits for a portal; the try goes on behind it. */
const PATIENCE_MS = 3_000;

/** At once, of all that are due. */
const SIDE_BY_SIDE = 4;

/**
 * Tries rows that have just been queued, and a few that were waiting. Resolves when those of the caller have been tried,
 * or after three seconds; never throws, since what is queued is tried again.
 */
export async function revokeSoon(ids: readonly (string | null)[]): Promise<void> {
  const mine = ids.filter((id) => id !== null);
  const tries = Promise.all(mine.map(tryQuietly)).then(() => {});
  void tries.then(() => retryDue());
  await Promise.race([tries, sleep(PATIENCE_MS, undefined, { ref: false })]);
}

/** Tries everything that is due, the oldest first. @returns how many rows were tried */
export async function retryDue(limit = 20): Promise<number> {
  try {
    const due = await dueRevocations(limit);
    const next = due.values();
    const worker = async () => {
      for (const id of next) await tryQuietly(id);
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
    return due.length;
  } catch (error) {
    log("error", "revocation.not_tried", traceOf(error));
    return 0;
  }
}

async function tryQuietly(id: string) {
  try {
    await tryRevocation(id);
  } catch (error) {
    log("error", "revocation.not_tried", { revocation: id, ...traceOf(error) });
  }
}

/** Asks the portal once more, if it is this row's time and nobody else is at it. */
async function tryRevocation(id: string) {
  const claim = await claimRevocation(id);
  if (!claim) return;
  if (claim.overdue) return endRevocation(claim, { outcome: "gave_up", reason: "too_late" });
  if (await isInUse(await database(), claim, await openQueued(claim).catch(unopened))) {
    return endRevocation(claim, { outcome: "not_needed", reason: "linked_again" });
  }
  const connection = connectionFor(claim);
  if (typeof connection === "string") return postponeRevocation(claim, connection, null);
  const verdict = await askAbout(claim, connection);
  switch (verdict.kind) {
    case "revoked":
      return endRevocation(claim, { outcome: "revoked", reason: null });
    case "refused":
      return endRevocation(claim, { outcome: "refused", reason: verdict.error.code });
    case "unavailable": {
      const { code, detail } = verdict.error;
      return postponeRevocation(claim, code, detail.retryAfter ?? null);
    }
  }
}

/** The connection that the tokens may be shown to; why there is none now, otherwise. It may be set up again. */
function connectionFor({ connection: id, environment, clientId }: ClaimedRevocation) {
  const connection = findConnection(id);
  if (connection?.environment !== environment) return "not_offered";
  if (!canRevoke(id)) return "not_offered";
  if (clientId !== null && clientId !== connection.client.id) return "other_client";
  return connection;
}

async function askAbout(
  claim: ClaimedRevocation,
  connection: Connection,
): Promise<RevocationVerdict> {
  try {
    const tokens = await openQueued(claim);
    if (standAlone(connection)) return await askAlone(claim, connection, tokens);
    const verdict = await revokeAtPortal(connection, tokens);
    if (verdict.kind !== "refused" || !isOfTheEnd(verdict.error.code)) return verdict;
    return await askWithNewTokens(claim, connection, { tokens, verdict });
  } catch (error) {
    if (error instanceof OAuthError) return { kind: "unavailable", error }; // the issuer does not say where
    if (error instanceof VaultError) {
      return { kind: "unavailable", error: new OAuthError("unverified", error.message) };
    }
    throw error;
  }
}

function unopened(error: unknown) {
  if (error instanceof VaultError) return null;
  throw error;
}

function isOfTheEnd(code: string) {
  return code === "expired_token" || code === "invalid_token";
}

/** An access token that has ended cannot say whose authorization to end: its successor can. */
async function askWithNewTokens(
  claim: ClaimedRevocation,
  connection: Connection,
  { tokens, verdict }: { tokens: RevocableTokens; verdict: RevocationVerdict },
): Promise<RevocationVerdict> {
  const renewed = await renewQueued(claim, connection, tokens);
  if (renewed === null) return verdict;
  return renewed.kind === "renewed" ? revokeAtPortal(connection, renewed.tokens) : renewed;
}

/**
 * Where tokens stand alone, one that has ended takes no refresh token with it, though the answer is 200 (Doorkeeper before
 * 5.8.1), and one that a refresh has replaced may live until its successor is first used: so that is used first.
 */
async function askAlone(
  claim: ClaimedRevocation,
  connection: Connection,
  tokens: RevocableTokens,
): Promise<RevocationVerdict> {
  if (tokens.refreshToken === null) return revokeAtPortal(connection, tokens);
  if (await isAccepted(connection, tokens)) return revokeAtPortal(connection, tokens);
  const renewed = await renewQueued(claim, connection, tokens);
  if (renewed?.kind === "unavailable") return renewed;
  if (renewed?.kind !== "renewed") return revokeAtPortal(connection, tokens);
  await isAccepted(connection, renewed.tokens);
  return revokeAtPortal(connection, renewed.tokens);
}

/** Uses an access token once. What does not answer about the token says nothing against it. */
async function isAccepted(connection: Connection, { accessToken }: RevocableTokens) {
  if (accessToken === null) return false;
  if (!connection.endpoints.MEMBER) return true;
  const { outcome } = await probe(connection, { accessToken, tokenSecret: null });
  return !isOfTheEnd(outcome);
}

type Renewed = { kind: "renewed"; tokens: RevocableTokens };

/** Keeps the new tokens in the place of the old. @returns null without a refresh token */
async function renewQueued(
  claim: ClaimedRevocation,
  connection: Connection,
  { refreshToken: old }: RevocableTokens,
): Promise<Renewed | Exclude<RevocationVerdict, { kind: "revoked" }> | null> {
  if (old === null) return null;
  const refreshed = await refreshTokens(await refreshEndpointOf(connection), old);
  if (refreshed.kind === "refused") return refreshed;
  if (refreshed.kind !== "succeeded") return { kind: "unavailable", error: refreshed.error };
  const { accessToken, refreshToken } = refreshed.response.tokens;
  const tokens = { accessToken, refreshToken: refreshToken ?? old };
  await replaceQueued(claim, tokens);
  return { kind: "renewed", tokens };
}

/** What a user is told about links that they have removed. */
export type RecentRevocation = {
  /** The id that the link had. */
  link: string;
  connection: string;
  outcome: "waiting" | "revoked" | "refused" | "not_needed" | "gave_up";
  /** Of the last try, by its code. */
  reason: string | null;
  /** When the link was removed, and when the portal's part ended. */
  unlinkedAt: Date;
  endedAt: Date | null;
};

const RECENT_DAYS = 14;

/** A user's links of the last two weeks that are gone, newest first, with what their portals have said to it. */
export async function recentRevocations(
  user: { id: string },
  now = new Date(),
): Promise<RecentRevocation[]> {
  const db = await database();
  const since = new Date(now.getTime() - RECENT_DAYS * 24 * 60 * 60 * 1000);
  const rows = await db.revocation.findMany({
    where: { userId: user.id, accountId: { not: null }, createdAt: { gte: since } },
    orderBy: [{ createdAt: "desc" }, { id: "asc" }],
    take: 50,
    select: {
      accountId: true,
      connection: true,
      outcome: true,
      reason: true,
      createdAt: true,
      endedAt: true,
    },
  });
  const seen = new Set<string>();
  return rows.flatMap(({ accountId, connection, outcome, reason, createdAt, endedAt }) => {
    if (accountId === null || seen.has(accountId)) return []; // tokens that a refresh brought too late are the same link's
    seen.add(accountId);
    const known = outcomes.find((each) => each === outcome) ?? "waiting";
    return [
      { link: accountId, connection, outcome: known, reason, unlinkedAt: createdAt, endedAt },
    ];
  });
}

const outcomes = ["revoked", "refused", "not_needed", "gave_up"] as const;

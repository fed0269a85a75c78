import "server-only";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { doubtIssuer, refreshEndpointOf } from "@/lib/conversation/issuers";
import { inTurn, type LeftAlone } from "@/lib/conversation/turn";
import { noticingAbsence } from "@/lib/db/absence";
import { OAuthError } from "@/lib/oauth/errors";
import { checkRefreshedIdToken } from "@/lib/oauth/openid/refreshed-id-token";
import { type RefreshOutcome, refreshTokens } from "@/lib/oauth/refresh";
import type { Connection } from "@/lib/portals/connections";
import { counters } from "@/lib/process/counters";
import { processWide } from "@/lib/process/process-wide";
import { inSpan } from "@/lib/process/spans";
import { tellOfPortal } from "../events/portals";
import { type LinkRow, openColumn } from "../tokens/link-tokens";
import {
  type Claim,
  claimRefresh,
  claimRetry,
  isClaimed,
  RENEWED_AT_MOST_SECONDS,
  renewLease,
} from "./claim";
import { NotSavedYet, recordRefresh } from "./record";

/** For all requests of one refresh together. */
const BUDGET_MS = 25_000;

/** How often a lease is renewed, well before it runs out. */
const RENEW_EVERY_MS = 3_000;

/** A retry with less left than this would only add a second question without an answer. */
const RETRY_NEEDS_MS = 5_000;

const POLL_MS = { first: 50, longest: 250 };

/** The process is one owner of leases and shares its refreshes. */
const refreshes = processWide("refreshes", () => ({
  owner: randomUUID(),
  underWay: new Map<string, Promise<LeftAlone | null>>(),
}));

/**
 * Sees to it that this generation of a link's tokens is refreshed once, however many callers, processes and machines
 * want it. Resolves when the link has changed, by this process or another; or to why its portal is not asked now.
 */
export function refreshOnce(link: LinkRow, connection: Connection): Promise<LeftAlone | null> {
  const { owner, underWay } = refreshes();
  const key = `${link.id} ${link.generation}`;
  const shared = underWay.get(key);
  if (shared) return shared;
  const refresh = refreshOrWait(link, connection, owner).finally(() => underWay.delete(key));
  underWay.set(key, refresh);
  return refresh;
}

/** Resolves when no refresh of this process is under way: before it ends, what portals have issued must be written. */
export async function refreshesDone(): Promise<void> {
  const { underWay } = refreshes();
  while (underWay.size > 0) await Promise.allSettled(underWay.values());
}

async function refreshOrWait(link: LinkRow, connection: Connection, owner: string) {
  const turn = await inTurn(connection, {
    ask: () => refreshIfFree(link, connection, owner),
    answerOf,
    tell: tellOfPortal,
  });
  if (turn.kind === "left_alone") return turn;
  if (turn.result === null) await waitForOther(link);
  return null;
}

/** What a refresh tells of its portal. */
function answerOf(outcome: RefreshOutcome | null) {
  if (outcome === null) return null;
  if (outcome.kind === "succeeded") return { code: "ok", retryAfter: null } as const;
  const { code, detail } = outcome.error;
  return { code, retryAfter: detail.retryAfter ?? null };
}

/** @returns null when another process has the lease, or was faster */
async function refreshIfFree(link: LinkRow, connection: Connection, owner: string) {
  const claim = await noticingAbsence(() => claimRefresh(link, owner));
  if (!claim) return null;
  const facts = { "portico.portal": connection.portal.id, "portico.connection": connection.id };
  return inSpan({ name: "refresh", facts }, async (note) => {
    const outcome = await refreshClaimed(claim, link, connection);
    note({ "portico.outcome": outcome.kind });
    return outcome;
  });
}

async function refreshClaimed(claim: Claim, link: LinkRow, connection: Connection) {
  const letGo = keepLease(claim);
  let until: Promise<unknown> = Promise.resolve();
  try {
    const asked = await ask(claim, link, connection);
    countRefresh(connection, asked.outcome);
    await recordRefresh(asked.claim, link, asked.outcome);
    return asked.outcome;
  } catch (error) {
    if (error instanceof NotSavedYet) until = error.saved; // by then no other process asks with what is spent
    throw error;
  } finally {
    void until.finally(letGo);
  }
}

function countRefresh({ id, portal }: Connection, { kind: outcome }: RefreshOutcome) {
  counters().refreshes.inc({ portal: portal.id, connection: id, outcome });
}

/** Renews a lease while this process lives. @returns what ends that */
function keepLease(claim: Claim): () => void {
  const until = performance.now() + RENEWED_AT_MOST_SECONDS * 1000;
  const timer = setInterval(() => {
    if (performance.now() > until) return clearInterval(timer);
    void noticingAbsence(() => renewLease(claim)).catch(() => null); // the next time, or when it is written
  }, RENEW_EVERY_MS);
  return () => clearInterval(timer);
}

async function waitForOther(link: LinkRow) {
  const began = performance.now();
  let pause = POLL_MS.first;
  do {
    await sleep(pause);
    pause = Math.min(pause * 1.5, POLL_MS.longest);
  } while (await noticingAbsence(() => isClaimed(link)));
  counters().leaseWaits.observe((performance.now() - began) / 1000);
}

/** One request, and one more with the same refresh token when the first was left without an answer and there is time. */
async function ask(claim: Claim, link: LinkRow, connection: Connection) {
  const deadline = Date.now() + BUDGET_MS;
  const outcome = await request(link, connection, deadline);
  const left = deadline - Date.now();
  if (outcome.kind !== "unknown" || claim.doubtful || left < RETRY_NEEDS_MS) {
    return { claim, outcome };
  }
  const retry = await claimRetry(claim, outcome.error.code);
  await sleep(200 + Math.random() * 300);
  return { claim: retry, outcome: await request(link, connection, deadline) };
}

async function request(
  link: LinkRow,
  connection: Connection,
  deadline: number,
): Promise<RefreshOutcome> {
  const endpoint = await refreshEndpointOf(connection).catch(asFailure);
  if (endpoint instanceof OAuthError) return { kind: "unavailable", error: endpoint }; // nothing was asked for yet
  const refreshToken = (await openColumn(link, "refresh_token")) ?? "";
  const left = Math.max(1, deadline - Date.now());
  const outcome = await refreshTokens({ ...endpoint, deadline: left }, refreshToken);
  if (outcome.kind !== "succeeded") {
    doubtIssuer(connection, outcome.error);
    return outcome;
  }
  try {
    checkOwner(outcome.response.idToken, link, connection);
    return outcome;
  } catch (error) {
    return { kind: "refused", error: asFailure(error) }; // the tokens are another member's
  }
}

/** What a portal can do; anything else is thrown on. */
function asFailure(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  throw error;
}

function checkOwner(idToken: string | null, link: LinkRow, { issuer, registration }: Connection) {
  if (!idToken || !issuer) return;
  const expected = { issuer, clientId: registration.id, sub: link.providerAccountId };
  checkRefreshedIdToken(idToken, expected);
}

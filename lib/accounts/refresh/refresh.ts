import "server-only";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { doubtIssuer, refreshEndpointOf } from "@/lib/conversation/issuers";
import { OAuthError } from "@/lib/oauth/errors";
import { checkRefreshedIdToken } from "@/lib/oauth/openid/refreshed-id-token";
import { type RefreshOutcome, refreshTokens } from "@/lib/oauth/refresh";
import type { Connection } from "@/lib/portals/connections";
import { processWide } from "@/lib/process/process-wide";
import { type LinkRow, openColumn } from "../tokens/link-tokens";
import { type Claim, claimRefresh, claimRetry, isClaimed } from "./claim";
import { recordRefresh } from "./record";

/** For all requests of one refresh together; shorter than the lease, so that no other process asks meanwhile. */
const BUDGET_MS = 25_000;

/** A retry with less left than this would only add a second question without an answer. */
const RETRY_NEEDS_MS = 5_000;

const POLL_MS = { first: 50, longest: 250 };

/** The process is one owner of leases and shares its refreshes. */
const refreshes = processWide("refreshes", () => ({
  owner: randomUUID(),
  underWay: new Map<string, Promise<void>>(),
}));

/**
 * Sees to it that this generation of a link's tokens is refreshed once, however many callers, processes and machines
 * want it. Resolves when the link has changed, by this process or another.
 */
export function refreshOnce(link: LinkRow, connection: Connection): Promise<void> {
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
  const claim = await claimRefresh(link, owner);
  if (!claim) return waitForOther(link);
  const asked = await ask(claim, link, connection);
  await recordRefresh(asked.claim, link, asked.outcome);
}

async function waitForOther(link: LinkRow) {
  let pause = POLL_MS.first;
  do {
    await sleep(pause);
    pause = Math.min(pause * 1.5, POLL_MS.longest);
  } while (await isClaimed(link));
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
  try {
    const endpoint = await refreshEndpointOf(connection);
    const refreshToken = (await openColumn(link, "refresh_token")) ?? "";
    const outcome = await refreshTokens(
      { ...endpoint, deadline: deadline - Date.now() },
      refreshToken,
    );
    if (outcome.kind === "succeeded") checkOwner(outcome.response.idToken, link, connection);
    else doubtIssuer(connection, outcome.error);
    return outcome;
  } catch (error) {
    // Before the token endpoint was asked, or because of whose tokens came back.
    if (!(error instanceof OAuthError)) throw error;
    return { kind: error.code === "unverified" ? "refused" : "unavailable", error };
  }
}

function checkOwner(idToken: string | null, link: LinkRow, { issuer, registration }: Connection) {
  if (!idToken || !issuer) return;
  const expected = { issuer, clientId: registration.id, sub: link.providerAccountId };
  checkRefreshedIdToken(idToken, expected);
}

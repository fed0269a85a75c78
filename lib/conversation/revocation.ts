import "server-only";
import { OAuthError } from "@/lib/oauth/errors";
import {
  deleteToken,
  type RevocationOutcome,
  type RevocationVerdict,
  revokeToken,
} from "@/lib/oauth/revocation";
import { addressOf, type Connection } from "@/lib/portals/connections";
import type { Revocation } from "@/lib/portals/portal";
import { requestHeaders } from "./headers";
import { revocationEndpointOf } from "./issuers";
import { revocationsAt } from "./revocability";

/** What of a link can be given back to its portal. */
export type RevocableTokens = { accessToken: string | null; refreshToken: string | null };

/**
 * Asks a portal to take an authorization back, every way in turn until one has done it. A way that may work later keeps
 * the question open; a token that is not there is believed to be gone when no other way knows better.
 * @throws {OAuthError} when its issuer does not say where
 */
export async function revokeAtPortal(
  connection: Connection,
  tokens: RevocableTokens,
): Promise<RevocationVerdict> {
  const others: RevocationVerdict[] = [];
  let absent = false;
  for (const way of revocationsAt(connection)) {
    const outcome = await askBy(way, connection, tokens);
    if (outcome === "not_offered") continue;
    if (outcome.kind === "revoked") return outcome;
    if (outcome.kind === "absent") absent = true;
    else others.push(outcome);
  }
  return others.length === 0 && !absent ? notOffered() : worst(others);
}

function askBy(
  way: Revocation,
  connection: Connection,
  tokens: RevocableTokens,
): Promise<RevocationOutcome | "not_offered"> {
  return way.by === "delete"
    ? byDelete(way, connection, tokens)
    : byRfc7009(way, connection, tokens);
}

async function byDelete(
  { path, isDone }: Extract<Revocation, { by: "delete" }>,
  connection: Connection,
  { accessToken }: RevocableTokens,
): Promise<RevocationOutcome> {
  if (accessToken === null) return { kind: "revoked" };
  const api = addressOf(connection, "API").replace(/\/$/, "");
  const url = `${api}${path}/${encodeURIComponent(accessToken)}`;
  const by = { accessToken, tokenSecret: null };
  const headers = requestHeaders(connection, by, { method: "DELETE", url });
  return deleteToken({ url, headers, errors: connection.portal, ...(isDone && { isDone }) });
}

/**
 * The refresh token first: with it the others go (RFC 7009 section 2.1), but not everywhere. Where they do, some portals
 * refuse the access token afterwards, although section 2.2 wants it taken for revoked.
 */
async function byRfc7009(
  { revokesEachToken }: Extract<Revocation, { by: "rfc7009" }>,
  connection: Connection,
  { accessToken, refreshToken }: RevocableTokens,
): Promise<RevocationVerdict | "not_offered"> {
  const endpoint = await revocationEndpointOf(connection);
  if (!endpoint) return "not_offered";
  const outcomes: RevocationVerdict[] = [];
  if (refreshToken !== null) {
    outcomes.push(await revokeToken(endpoint, refreshToken, "refresh_token"));
  }
  const wentWithIt = !revokesEachToken && outcomes.some(({ kind }) => kind === "revoked");
  if (accessToken !== null) {
    const outcome = await revokeToken(endpoint, accessToken, "access_token");
    if (outcome.kind !== "refused" || !wentWithIt) outcomes.push(outcome);
  }
  return worst(outcomes);
}

function worst(outcomes: readonly RevocationVerdict[]): RevocationVerdict {
  return (
    outcomes.find(({ kind }) => kind === "unavailable") ??
    outcomes.find(({ kind }) => kind === "refused") ?? { kind: "revoked" }
  );
}

function notOffered(): RevocationVerdict {
  const error = new OAuthError("refused", "The issuer names no revocation endpoint");
  return { kind: "refused", error };
}

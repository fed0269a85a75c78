import "server-only";
import { findConnection } from "@/lib/conversation/configuration";
import { byDatabaseClock } from "@/lib/db/clock";
import type { TokenSet } from "@/lib/oauth/tokens";
import type { Connection } from "@/lib/portals/connections";
import { signInOnly } from "@/lib/portals/sign-in-only";
import { readStoredLink, type StoredLink } from "../statements";
import { type TokenColumn, vault } from "./vault";

/** What has to be known of a link to use it. Tokens are sealed; `openTokens` is the only way to them. */
export type LinkRow = StoredLink;

/** Of what a user has at connections, the links: what only signs them in is none. */
export const onlyLinks = { provider: { notIn: [...signInOnly] } };

/** One query. Every moment in it is by the database's clock. */
export type ReadLink = (id: string) => Promise<LinkRow | null>;

export const readLink: ReadLink = (id) => readStoredLink(id);

/** The connection that a link's tokens may be used with: none in another environment than they were issued in. */
export function connectionOf({ provider, environment }: Pick<LinkRow, "provider" | "environment">) {
  const connection = findConnection(provider);
  return connection?.environment === environment ? connection : null;
}

/** @throws {VaultError} */
export async function openTokens(
  link: LinkRow,
): Promise<Pick<TokenSet, "accessToken" | "tokenSecret">> {
  return {
    accessToken: (await openColumn(link, "access_token")) ?? "",
    tokenSecret: await openColumn(link, "oauth_token_secret"),
  };
}

/** @throws {VaultError} */
export function openColumn<Column extends TokenColumn>(
  link: { id: string } & Record<Column, string | null>,
  column: Column,
): Promise<string | null> {
  const sealed = link[column];
  return sealed === null
    ? Promise.resolve(null)
    : vault().open(sealed, { accountId: link.id, column });
}

/**
 * Whether an OpenID provider's tokens were pasted by their member: they came without an ID token. They are no way in, cannot
 * be renewed by a flow, and are not ours to revoke.
 */
export function isPasted({ provider, type }: { provider: string; type: string }): boolean {
  return findConnection(provider)?.portal.protocol === "openid" && type !== "oidc";
}

/** Whether the tokens were issued to another registration of ours than the one that is set up now. */
export function isOfAnotherRegistration(
  { clientId }: Pick<LinkRow, "clientId">,
  { registration }: Connection,
) {
  return clientId !== null && clientId !== registration.id;
}

/**
 * The columns of a link that has just been given new tokens by its portal: nothing is wrong, no lease counts any more, and what
 * was told of the old ones is over.
 */
export function healthyColumns(moment: Date) {
  const now = byDatabaseClock(moment);
  return {
    tokensAt: now,
    checkedAt: now,
    checkOutcome: "ok",
    reconnectReason: null,
    retryAt: null,
    failures: 0,
    leaseOwner: null,
    leaseUntil: null,
    toldBroken: false,
    toldDays: null,
    lookAt: now,
  };
}

import "server-only";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { connections, findConnection } from "@/lib/conversation/configuration";
import { canRevoke, revokesEachToken } from "@/lib/conversation/revocability";
import type { RevocableTokens } from "@/lib/conversation/revocation";
import type { Database, Transaction } from "@/lib/db/database";
import { table } from "@/lib/db/tables";
import type { Connection } from "@/lib/portals/connections";
import { log } from "@/lib/process/log";
import { isPasted, openColumn } from "../tokens/link-tokens";
import { VaultError, vault } from "../tokens/vault";

/**
 * Tokens that are to be given back to their portal, waiting for it. A row is written in the transaction that lets go of
 * them.
 */

/** For so long a token is kept for a portal that does not answer; then it is destroyed here. */
export const DAYS_KEPT = 7;

/** When a row's tokens are destroyed at the latest. */
export function keptUntil({ createdAt }: { createdAt: Date }): Date {
  return new Date(createdAt.getTime() + DAYS_KEPT * 24 * 60 * 60 * 1000);
}

/** Whose authorization it is. */
export type Authorization = {
  userId: string;
  /** Null for tokens that no link has had, or that a link has others for. */
  accountId: string | null;
  connection: string;
  environment: string;
  member: string;
  clientId: string | null;
};

/**
 * An authorization that no user of ours has had.
 * @param holder what had it: a connect session, an exchange of a code, or an import
 * @param member null where it is not known whose it is; then it is taken for one of its own
 */
export function unowned(
  { id: connection, environment, registration }: Connection,
  { holder, member }: { holder: string; member: string | null },
): Authorization {
  return {
    ...{ userId: holder, accountId: null, connection, environment },
    member: member ?? holder,
    clientId: registration.id,
  };
}

/**
 * Keeps tokens to be revoked, sealed for their new place, in the transaction that lets go of them.
 * @returns the row's id; null when the portal has no way, or the authorization is still in use here
 */
export async function queueRevocation(
  tx: Transaction,
  authorization: Authorization,
  { accessToken, refreshToken }: RevocableTokens,
): Promise<string | null> {
  if (!canRevoke(authorization.connection)) return null;
  if (await isInUse(tx, authorization, { accessToken, refreshToken })) return null;
  const id = randomUUID();
  const sealed = await sealedFor(id, { accessToken, refreshToken });
  const nextTryAt = new Date(0); // at once, also where our clock is wrong
  await tx.revocation.create({ data: { id, ...authorization, ...sealed, nextTryAt } });
  return id;
}

/** A link as it is about to be removed, or to be given other tokens. */
export const RevocableLink = z.object({
  id: z.string(),
  userId: z.string(),
  provider: z.string(),
  providerAccountId: z.string(),
  type: z.string(),
  environment: z.string(),
  clientId: z.string().nullable(),
  access_token: z.string().nullable(),
  refresh_token: z.string().nullable(),
});
export type RevocableLink = z.infer<typeof RevocableLink>;

/** What has to be read of a link to queue it. */
export const revocableColumns = {
  id: true,
  userId: true,
  provider: true,
  providerAccountId: true,
  type: true,
  environment: true,
  clientId: true,
  access_token: true,
  refresh_token: true,
} as const;

/**
 * As `queueRevocation`, for a link that the same transaction has removed, with what it had before. Tokens that do not open
 * do not stop a user from unlinking.
 */
export async function queueLink(tx: Transaction, link: RevocableLink): Promise<string | null> {
  const { userId, connection, environment, member } = authorizationOf(link);
  await tx.revocation.updateMany({
    where: { userId, connection, environment, member, accountId: null, outcome: null, tries: 0 },
    data: { nextTryAt: new Date(0) },
  });
  const tokens = await tokensToQueue(link);
  return tokens && queueRevocation(tx, authorizationOf(link), tokens);
}

/** For a link as it was before the same transaction gave it new tokens. */
export async function queueReplaced(tx: Transaction, link: RevocableLink): Promise<void> {
  const tokens = await tokensToQueue(link);
  if (tokens) await queueUnused(tx, authorizationOf(link), tokens);
}

/**
 * For tokens of an authorization whose link lives on others. Where tokens stand alone, these would live on as well; back ends
 * that hold them get an hour to come for the new.
 */
export async function queueUnused(
  tx: Transaction,
  authorization: Authorization,
  { accessToken, refreshToken }: RevocableTokens,
): Promise<void> {
  const connection = findConnection(authorization.connection);
  if (!connection || !revokesEachToken(connection)) return;
  const unlinked = { ...authorization, accountId: null };
  const id = await queueRevocation(tx, unlinked, { accessToken, refreshToken });
  await tx.$executeRaw`
    UPDATE ${table(tx, "Revocation")} SET "nextTryAt" = now() + interval '1 hour' WHERE id = ${id}`;
}

/** Null when they are not ours to revoke, or no longer open; the link is removed all the same. */
async function tokensToQueue(link: RevocableLink): Promise<RevocableTokens | null> {
  if (isPasted(link)) return null;
  const tokens = await tokensOf(link);
  if (!tokens) log("error", "revocation.not_queued", { link: link.id });
  return tokens;
}

/** Null when they no longer open. */
async function tokensOf(
  link: Pick<RevocableLink, "id" | "access_token" | "refresh_token">,
): Promise<RevocableTokens | null> {
  try {
    return {
      accessToken: await openColumn(link, "access_token"),
      refreshToken: await openColumn(link, "refresh_token"),
    };
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
}

export function authorizationOf(
  link: Pick<
    RevocableLink,
    "id" | "userId" | "provider" | "providerAccountId" | "environment" | "clientId"
  >,
): Authorization {
  const { id, userId, provider, providerAccountId, environment, clientId } = link;
  return {
    userId,
    accountId: id,
    connection: provider,
    environment,
    member: providerAccountId,
    clientId,
  };
}

/**
 * Whether a link here lives on the same authorization: the same member at the same registration of ours, since most portals
 * end the whole of it with one of its tokens. Where tokens stand alone, whether it lives on one of these: some portals issue the
 * same token twice.
 */
export async function isInUse(
  db: Database | Transaction,
  { connection: id, environment, member, clientId }: Omit<Authorization, "userId" | "accountId">,
  tokens: RevocableTokens | null,
): Promise<boolean> {
  const connection = findConnection(id);
  const siblings = connections().filter(({ portal }) => portal === connection?.portal);
  const provider = { in: [id, ...siblings.map((each) => each.id)] };
  const same = [{ provider: id }, ...(clientId ? [{ clientId }] : [])];
  const where = { provider, providerAccountId: member, environment, OR: same };
  const links = await db.account.findMany({ where, select: revocableColumns });
  // Or waits here to become a link.
  const waiting = { connection: provider, member, environment, kid: { not: null } };
  const rows = await db.connectWaiting.findMany({ where: waiting });
  if (!connection || !revokesEachToken(connection)) return links.length + rows.length > 0;
  if (!tokens) return false;
  const living = await Promise.all([...links.map(tokensOf), ...rows.map(tokensOf)]);
  return living.some((each) => each === null || sharesOne(each, tokens));
}

function sharesOne(one: RevocableTokens, other: RevocableTokens) {
  const { accessToken, refreshToken } = one;
  return (
    (accessToken !== null && accessToken === other.accessToken) ||
    (refreshToken !== null && refreshToken === other.refreshToken)
  );
}

/** Tokens as a row of the queue keeps them. */
export async function sealedFor(
  revocationId: string,
  { accessToken, refreshToken }: RevocableTokens,
) {
  const seal = (token: string | null, column: "access_token" | "refresh_token") =>
    token === null ? null : vault().seal(token, { revocationId, column });
  return {
    kid: vault().kid,
    access_token: await seal(accessToken, "access_token"),
    refresh_token: await seal(refreshToken, "refresh_token"),
  };
}

import "server-only";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Database, database, type Transaction } from "@/lib/db/database";
import { log } from "@/lib/log";
import { recordEvent } from "./audit";
import { connections, findConnection } from "./configuration";
import { openColumn } from "./link-tokens";
import { canRevoke, standAlone } from "./revocability";
import { VaultError, vault } from "./vault";

/**
 * Tokens of links that are gone, waiting for their portal to take them back. A row is written in the transaction that
 * removes the link, and whoever tries it holds its lease, by the database's clock.
 */

/** Longer than all requests of one try together. */
const LEASE_SECONDS = 90;

/** For so long a token is kept for a portal that does not answer; then it is destroyed here. */
const DAYS = 7;

/** When a row's tokens are destroyed at the latest. */
export function keptUntil({ createdAt }: { createdAt: Date }): Date {
  return new Date(createdAt.getTime() + DAYS * 24 * 60 * 60 * 1000);
}

/** The first pause after a try that came to nothing; each is four times as long as the one before, up to the longest. */
const PAUSE_SECONDS = { first: 15, longest: 6 * 60 * 60 };

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

export type RevocableTokens = { accessToken: string | null; refreshToken: string | null };

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
  return enqueue(tx, authorization, { accessToken, refreshToken }, new Date(0)); // at once, whatever our clock says
}

async function enqueue(
  tx: Transaction,
  authorization: Authorization,
  tokens: RevocableTokens,
  nextTryAt: Date,
) {
  const id = randomUUID();
  const sealed = await sealedFor(id, tokens);
  await tx.revocation.create({ data: { id, ...authorization, ...sealed, nextTryAt } });
  return id;
}

/** A link as it is about to be removed. */
export type GoingLink = {
  id: string;
  userId: string;
  provider: string;
  providerAccountId: string;
  environment: string;
  clientId: string | null;
  access_token: string | null;
  refresh_token: string | null;
};

/** What has to be read of a link to queue it. */
export const goingColumns = {
  id: true,
  userId: true,
  provider: true,
  providerAccountId: true,
  environment: true,
  clientId: true,
  access_token: true,
  refresh_token: true,
} as const;

/** As `queueRevocation`, for a link that the same transaction has removed. Tokens that do not open keep nobody from leaving. */
export async function queueLink(tx: Transaction, link: GoingLink): Promise<string | null> {
  const tokens = await tokensOf(link);
  return tokens && queueRevocation(tx, authorizationOf(link), tokens);
}

/**
 * For a link as it was before the same transaction gave it new tokens. Where tokens stand alone, the old ones would live on;
 * back ends that hold them get an hour to come for the new.
 */
export async function queueReplaced(tx: Transaction, link: GoingLink): Promise<void> {
  const connection = findConnection(link.provider);
  if (!connection || !standAlone(connection)) return;
  const authorization = { ...authorizationOf(link), accountId: null };
  const tokens = await tokensOf(link);
  if (!tokens || (await isInUse(tx, authorization, tokens))) return;
  await enqueue(tx, authorization, tokens, new Date(Date.now() + 60 * 60 * 1000));
}

/** Null when they no longer open. */
async function tokensOf(link: GoingLink): Promise<RevocableTokens | null> {
  try {
    return {
      accessToken: await openColumn(link, "access_token"),
      refreshToken: await openColumn(link, "refresh_token"),
    };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    log("error", "revocation.not_queued", { link: link.id, message: error.message });
    return null;
  }
}

export function authorizationOf(
  link: Pick<
    GoingLink,
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
  const links = await db.account.findMany({ where, select: goingColumns });
  if (!tokens || !connection || !standAlone(connection)) return links.length > 0;
  const living = await Promise.all(links.map(tokensOf));
  return living.some((each) => each && sharesOne(each, tokens));
}

function sharesOne(one: RevocableTokens, other: RevocableTokens) {
  const { accessToken, refreshToken } = one;
  return (
    (accessToken !== null && accessToken === other.accessToken) ||
    (refreshToken !== null && refreshToken === other.refreshToken)
  );
}

async function sealedFor(revocationId: string, { accessToken, refreshToken }: RevocableTokens) {
  const seal = (token: string | null, column: "access_token" | "refresh_token") =>
    token === null ? null : vault().seal(token, { revocationId, column });
  return {
    kid: vault().kid,
    access_token: await seal(accessToken, "access_token"),
    refresh_token: await seal(refreshToken, "refresh_token"),
  };
}

/** A row that is ours to try. `tries` fences what we write: whoever comes after us has another number. */
export type ClaimedRevocation = Authorization & {
  id: string;
  tries: number;
  /** Whether its time is over: nobody is asked any more. */
  overdue: boolean;
  access_token: string | null;
  refresh_token: string | null;
};

const Claimed = z.array(z.object({ tries: z.number(), overdue: z.boolean() }));

/** Takes the lease, or null when somebody else holds it, it is not due yet, or it has ended. */
export async function claimRevocation(id: string): Promise<ClaimedRevocation | null> {
  const db = await database();
  const rows = await db.$queryRaw`
    UPDATE "Revocation"
    SET "leaseUntil" = now() + make_interval(secs => ${LEASE_SECONDS}::int), tries = tries + 1
    WHERE id = ${id} AND outcome IS NULL AND "nextTryAt" <= now()
      AND ("leaseUntil" IS NULL OR "leaseUntil" < now())
    RETURNING tries, "createdAt" < now() - make_interval(days => ${DAYS}::int) AS overdue`;
  const claimed = Claimed.parse(rows)[0];
  if (!claimed) return null;
  const row = await db.revocation.findUniqueOrThrow({
    where: { id },
    select: {
      id: true,
      userId: true,
      accountId: true,
      connection: true,
      environment: true,
      member: true,
      clientId: true,
      access_token: true,
      refresh_token: true,
    },
  });
  return { ...row, ...claimed };
}

/** @throws {VaultError} */
export async function openQueued({
  id: revocationId,
  access_token,
  refresh_token,
}: ClaimedRevocation) {
  const open = (sealed: string | null, column: "access_token" | "refresh_token") =>
    sealed === null ? null : vault().open(sealed, { revocationId, column });
  return {
    accessToken: await open(access_token, "access_token"),
    refreshToken: await open(refresh_token, "refresh_token"),
  };
}

/** Keeps tokens that came in place of those that were queued. @returns whether the row was still ours */
export async function replaceQueued(
  { id, tries }: ClaimedRevocation,
  tokens: RevocableTokens,
): Promise<boolean> {
  const db = await database();
  const data = await sealedFor(id, tokens);
  return (await db.revocation.updateMany({ where: { id, tries, outcome: null }, data })).count > 0;
}

export type RevocationEnd = {
  outcome: "revoked" | "refused" | "not_needed" | "gave_up";
  reason: string | null;
};

/** Ends a row, with its tokens. */
export async function endRevocation(claim: ClaimedRevocation, end: RevocationEnd): Promise<void> {
  if (end.outcome === "refused" || end.outcome === "gave_up") report("ended", claim, end.reason);
  const { id, tries, userId, accountId, connection } = claim;
  const db = await database();
  await db.$transaction(async (tx) => {
    const { count } = await tx.revocation.updateMany({
      where: { id, tries, outcome: null },
      data: {
        ...end,
        member: "", // nobody is named by what is over
        kid: null,
        endedAt: new Date(),
        access_token: null,
        refresh_token: null,
        nextTryAt: null,
        leaseUntil: null,
      },
    });
    if (count === 0) return;
    await recordEvent(tx, {
      action: "revoke",
      outcome: end.outcome,
      actor: "system",
      userId,
      accountId,
      connection,
      requestId: id,
    });
  });
}

function report(what: "ended" | "postponed", claim: ClaimedRevocation, reason: string | null) {
  const { id, connection, tries } = claim;
  log("warn", `revocation.${what}`, { revocation: id, connection, tries, reason });
}

/** Puts a row back for later, no sooner than the portal says. */
export async function postponeRevocation(
  claim: ClaimedRevocation,
  reason: string,
  retryAfter: number | null,
): Promise<void> {
  const { id, tries } = claim;
  report("postponed", claim, reason);
  const { first, longest } = PAUSE_SECONDS;
  const grown = Math.min(longest, first * 4 ** (tries - 1)) * (0.75 + Math.random() / 2);
  const seconds = Math.max(grown, Math.min(retryAfter ?? 0, 24 * 60 * 60));
  const db = await database();
  await db.$executeRaw`
    UPDATE "Revocation"
    SET "leaseUntil" = NULL, reason = ${reason},
      "nextTryAt" = now() + make_interval(secs => ${seconds}::float8)
    WHERE id = ${id} AND tries = ${tries} AND outcome IS NULL`;
}

const Ids = z.array(z.object({ id: z.string() }));

/** Rows that may be tried now, those that have waited longest first. */
export async function dueRevocations(limit: number): Promise<string[]> {
  const db = await database();
  const rows = await db.$queryRaw`
    SELECT id FROM "Revocation"
    WHERE outcome IS NULL AND "nextTryAt" <= now() AND ("leaseUntil" IS NULL OR "leaseUntil" < now())
    ORDER BY "nextTryAt", "createdAt" LIMIT ${limit}::int`;
  return Ids.parse(rows).map(({ id }) => id);
}

import "server-only";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { findConnection } from "@/lib/conversation/configuration";
import { revokesEachToken } from "@/lib/conversation/revocability";
import type { RevocableTokens } from "@/lib/conversation/revocation";
import { byOurClock, databaseNow } from "@/lib/db/clock";
import { database, type Transaction } from "@/lib/db/database";
import type { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import { transaction } from "@/lib/db/transaction";
import { isDatabaseTrouble } from "@/lib/db/trouble";
import type { TokenSet } from "@/lib/oauth/tokens";
import type { Connection } from "@/lib/portals/connections";
import { queueRevocation, unowned } from "../revocation/queue";
import { revokeSoon } from "../revocation/revocations";
import { openColumn } from "../tokens/link-tokens";
import { tokenColumns, VaultError } from "../tokens/vault";

/**
 * The journal of imports that need a refresh: the row is there before the refresh token is sent, and what the portal gives in its place is
 * kept before anything else is asked. So a process that dies costs no tokens that have arrived, and the same import goes on there.
 */

const DAY_MS = 24 * 60 * 60 * 1000;

/** Longer than a refresh, a question and a wait for the database take. */
export const LEASE_SECONDS = 75;

/** The right to send a refresh token, or to go on with what came in its place. */
export type Spending = {
  /** The id that the new link will have. */
  id: string;
  /** Fences what we write: another process that takes it over has another. */
  owner: string;
  /** Whether the refresh token was sent before without an answer: it may be spent. */
  isDoubtful: boolean;
  /** What the portal has given in its place already. */
  tokens: TokenSet | null;
};

const Claimed = z.array(z.object({ id: z.string(), isDoubtful: z.boolean() }));

/**
 * Takes the lease on a refresh token.
 * @param hash of the refresh token
 * @returns null while another process is at it
 */
export async function claimSpending(
  { id: connection, environment }: Connection,
  hash: string,
  { clientId, externalId }: { clientId: string; externalId: string },
): Promise<Spending | null> {
  const db = await database();
  const owner = randomUUID();
  const rows = await db.$queryRaw`
    INSERT INTO ${table(db, "TokenImport")} AS row
      (id, hash, connection, environment, "clientId", "externalId", "leaseOwner", "leaseUntil")
    VALUES (${randomUUID()}, ${hash}, ${connection}, ${environment}, ${clientId}, ${externalId}, ${owner}, now() + make_interval(secs => ${LEASE_SECONDS}::int))
    ON CONFLICT (hash) DO UPDATE
    SET "leaseOwner" = excluded."leaseOwner", "leaseUntil" = excluded."leaseUntil", "isDoubtful" = true,
      "clientId" = excluded."clientId", "externalId" = excluded."externalId"
    WHERE row."leaseUntil" < now()
    RETURNING id, "isDoubtful"`;
  const claimed = Claimed.parse(rows)[0];
  return claimed ? { ...claimed, owner, tokens: await arrived(claimed.id) } : null;
}

/** Whether this refresh token has been sent already. */
export async function isBegun(hash: string): Promise<boolean> {
  const db = await database();
  return (await db.tokenImport.count({ where: { hash } })) > 0;
}

async function arrived(id: string): Promise<TokenSet | null> {
  const db = await database();
  const row = await db.tokenImport.findUniqueOrThrow({ where: { id } });
  const accessToken = row.kid === null ? null : await openColumn(row, "access_token");
  if (accessToken === null) return null;
  const { expires_at, scope } = row;
  return {
    accessToken,
    refreshToken: await openColumn(row, "refresh_token"),
    tokenSecret: null,
    expiresAt: expires_at === null ? null : byOurClock(new Date(expires_at * 1000)),
    issuedAt: null,
    scope,
  };
}

/** How long to go on trying to keep tokens: they exist nowhere else. */
const PERSISTENCE_MS = 60_000;

/**
 * Keeps what has come in place of the refresh token. A database that is away is waited for.
 * @returns false when another process has taken over, and these tokens with what they replaced are its matter no more: they are given back
 */
export async function keepArrived(
  { id, owner }: Spending,
  connection: Connection,
  tokens: TokenSet,
): Promise<boolean> {
  const { access_token, refresh_token, kid, expires_at, scope } = await tokenColumns(id, tokens);
  const data = { access_token, refresh_token, kid, expires_at, scope };
  const count = await persistently(async () => {
    const db = await database();
    return (await db.tokenImport.updateMany({ where: { id, leaseOwner: owner }, data })).count;
  });
  if (count > 0) return true;
  await revokeSoon([await transaction((tx) => takeBack(tx, connection, id, tokens))]);
  return false;
}

async function persistently<T>(write: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PERSISTENCE_MS;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isDatabaseTrouble(error) || Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}

/** Lets another try: the portal has not answered. `wasSent`: the refresh token may be spent. */
export async function putOff(
  { id, owner, isDoubtful, tokens }: Spending,
  wasSent: boolean,
): Promise<void> {
  const db = await database();
  const where = { id, leaseOwner: owner };
  if (!wasSent && !isDoubtful && tokens === null) await db.tokenImport.deleteMany({ where });
  else await db.tokenImport.updateMany({ where, data: { leaseUntil: new Date(0) } });
}

/** It has come to something, or to nothing for good. @returns false when another process has taken over */
export async function endSpending(tx: Transaction, { id, owner }: Spending): Promise<boolean> {
  return (await tx.tokenImport.deleteMany({ where: { id, leaseOwner: owner } })).count > 0;
}

/** So long the same import can go on with what has come. */
const KEPT_DAYS = 7;

const BATCH = 100;

/** Forgets imports that were never sent again. What came in place of their refresh tokens is taken back where tokens stand alone. */
export async function dropOldImports(): Promise<number> {
  const db = await database();
  const now = await databaseNow();
  const old = await db.tokenImport.findMany({
    where: {
      createdAt: { lt: new Date(now.getTime() - KEPT_DAYS * DAY_MS) },
      leaseUntil: { lt: now },
    },
    orderBy: { createdAt: "asc" },
    take: BATCH,
  });
  for (const row of old) await revokeSoon([await transaction((tx) => dropIn(tx, row))]);
  return old.length;
}

/** The same at once, for a user of a client. @returns what portals are to be asked */
export async function dropImportsOf(
  tx: Transaction,
  where: { clientId: string; externalId?: string },
): Promise<string[]> {
  const rows = await tx.tokenImport.findMany({ where, orderBy: { id: "asc" } });
  const dropped: (string | null)[] = [];
  for (const row of rows) dropped.push(await dropIn(tx, row));
  return dropped.filter((each) => each !== null);
}

type Row = Prisma.TokenImportGetPayload<object>;

async function dropIn(tx: Transaction, row: Row): Promise<string | null> {
  const { count } = await tx.tokenImport.deleteMany({ where: { id: row.id } });
  const connection = findConnection(row.connection);
  if (count === 0 || connection?.environment !== row.environment) return null;
  try {
    return await takeBack(tx, connection, row.id, {
      accessToken: await openColumn(row, "access_token"),
      refreshToken: await openColumn(row, "refresh_token"),
    });
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return null; // they open nowhere: the row must go all the same
  }
}

/** Puts up tokens to be revoked of which it is not known whose they are: only where tokens stand alone, so that no link loses its authorization. */
export async function takeBack(
  tx: Transaction,
  connection: Connection,
  holder: string,
  { accessToken, refreshToken }: RevocableTokens,
): Promise<string | null> {
  if (accessToken === null || !revokesEachToken(connection)) return null;
  const authorization = unowned(connection, { holder, member: null });
  return queueRevocation(tx, authorization, { accessToken, refreshToken });
}

import "server-only";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { findConnection } from "@/lib/conversation/configuration";
import { revokesEachToken } from "@/lib/conversation/revocability";
import { databaseNow } from "@/lib/db/clock";
import { database, type Transaction } from "@/lib/db/database";
import type { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import { transaction } from "@/lib/db/transaction";
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

/** Longer than a refresh and a question take. */
export const LEASE_SECONDS = 40;

/** The right to send a refresh token, or to go on with what came in its place. */
export type Spending = {
  /** The id that the new link will have. */
  id: string;
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
): Promise<Spending | null> {
  const db = await database();
  const rows = await db.$queryRaw`
    INSERT INTO ${table(db, "TokenImport")} AS row (id, hash, connection, environment, "leaseUntil")
    VALUES (${randomUUID()}, ${hash}, ${connection}, ${environment}, now() + make_interval(secs => ${LEASE_SECONDS}::int))
    ON CONFLICT (hash) DO UPDATE SET "leaseUntil" = excluded."leaseUntil", "isDoubtful" = true
    WHERE row."leaseUntil" < now()
    RETURNING id, "isDoubtful"`;
  const claimed = Claimed.parse(rows)[0];
  return claimed ? { ...claimed, tokens: await arrived(claimed.id) } : null;
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
    expiresAt: expires_at === null ? null : new Date(expires_at * 1000),
    issuedAt: null,
    scope,
  };
}

/** Keeps what has come in place of the refresh token. */
export async function keepArrived({ id }: Spending, tokens: TokenSet): Promise<void> {
  const db = await database();
  const { access_token, refresh_token, kid, expires_at, scope } = await tokenColumns(id, tokens);
  const data = { access_token, refresh_token, kid, expires_at, scope };
  await db.tokenImport.update({ where: { id }, data });
}

/** Lets another try: the portal has not answered. `wasSent`: the refresh token may be spent. */
export async function putOff({ id, isDoubtful }: Spending, wasSent: boolean): Promise<void> {
  const db = await database();
  const where = { id };
  if (!wasSent && !isDoubtful) await db.tokenImport.deleteMany({ where });
  else await db.tokenImport.updateMany({ where, data: { leaseUntil: new Date(0) } });
}

/** It has come to something, or to nothing for good. */
export async function endSpending(tx: Transaction, { id }: Spending): Promise<void> {
  await tx.tokenImport.deleteMany({ where: { id } });
}

/** So long the same import can go on with what has come. */
const KEPT_DAYS = 7;

const BATCH = 100;

/** Forgets imports that were never sent again. What came in place of their refresh tokens is taken back where tokens stand alone. */
export async function dropOldImports(): Promise<number> {
  const db = await database();
  const old = await db.tokenImport.findMany({
    where: { createdAt: { lt: new Date((await databaseNow()).getTime() - KEPT_DAYS * DAY_MS) } },
    orderBy: { createdAt: "asc" },
    take: BATCH,
  });
  for (const row of old) await revokeSoon([await transaction((tx) => dropIn(tx, row))]);
  return old.length;
}

type Row = Prisma.TokenImportGetPayload<object>;

async function dropIn(tx: Transaction, row: Row): Promise<string | null> {
  await tx.tokenImport.deleteMany({ where: { id: row.id } });
  const connection = findConnection(row.connection);
  if (connection?.environment !== row.environment || !revokesEachToken(connection)) return null;
  const { id, environment, registration } = connection;
  const ofMember = { connection: id, environment, member: row.id, clientId: registration.id };
  try {
    return await queueRevocation(tx, unowned(row.id, ofMember), {
      accessToken: await openColumn(row, "access_token"),
      refreshToken: await openColumn(row, "refresh_token"),
    });
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return null; // they open nowhere: the row must go all the same
  }
}

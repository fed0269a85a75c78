import "server-only";
import { createHmac } from "node:crypto";
import type { Database, Transaction } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import { moment, type Write } from "@/lib/db/together";
import { settings } from "@/lib/env";
import type { TokenSet } from "@/lib/oauth/tokens";
import type { Connection } from "@/lib/portals/connections";

/**
 * Tokens that a link has or had, so that they are known again when they are imported. What is kept is a hash with a key of ours: who
 * reads the database can try no guess.
 */

/** An access token that has ended is refused by its portal; so long after that we forget it. */
const FORGOTTEN_MS = 24 * 60 * 60 * 1000;

/** What a token of a connection is known by. */
export function tokenHash({ id, environment }: TokenPlace, token: string): string {
  return createHmac("sha256", settings().authSecret)
    .update(JSON.stringify(["portico/held", id, environment, token]))
    .digest("base64url");
}

type TokenPlace = { id: string; environment: string };

/**
 * Keeps in mind that a link has these tokens, as long as the link is there.
 * @returns false when another link has one of them: it was faster
 */
export async function holdImported(
  tx: Transaction,
  link: string,
  connection: TokenPlace,
  { accessToken, refreshToken }: Pick<TokenSet, "accessToken" | "refreshToken">,
): Promise<boolean> {
  const tokens = [...new Set([accessToken, ...(refreshToken === null ? [] : [refreshToken])])];
  const rows = tokens.map(
    (token) => Prisma.sql`(${tokenHash(connection, token)}, ${link}, NULL::timestamptz)`,
  );
  const held = await tx.$executeRaw`
    INSERT INTO ${table(tx, "HeldToken")} AS held (hash, "accountId", until) VALUES ${Prisma.join(rows)}
    ON CONFLICT (hash) DO UPDATE SET until = NULL WHERE held."accountId" = excluded."accountId"`;
  return held === tokens.length;
}

/**
 * The same for an access token that a portal has just issued: back ends are given it. Nothing where the portal names its members: there
 * the member says whose link a token is.
 */
export function holdIssued(
  db: object,
  link: string,
  connection: Connection,
  { accessToken, expiresAt }: Pick<TokenSet, "accessToken" | "expiresAt">,
): Write[] {
  if (connection.portal.member.identified) return [];
  const until = expiresAt && moment(new Date(expiresAt.getTime() + FORGOTTEN_MS));
  const hash = tokenHash(connection, accessToken);
  const ends = until ?? Prisma.sql`NULL::timestamptz`;
  // A portal may issue the same token twice: it is the latest link's.
  const write = Prisma.sql`
    INSERT INTO ${table(db, "HeldToken")} (hash, "accountId", until) VALUES (${hash}, ${link}, ${ends})
    ON CONFLICT (hash) DO UPDATE SET "accountId" = excluded."accountId", until = excluded.until`;
  return [write];
}

/** The link that has or had one of these tokens. */
export async function holderOf(
  db: Database | Transaction,
  connection: TokenPlace,
  { accessToken, refreshToken }: Pick<TokenSet, "accessToken" | "refreshToken">,
): Promise<string | null> {
  const tokens = [accessToken, ...(refreshToken === null ? [] : [refreshToken])];
  const hash = { in: tokens.map((token) => tokenHash(connection, token)) };
  return (await db.heldToken.findFirst({ where: { hash } }))?.accountId ?? null;
}

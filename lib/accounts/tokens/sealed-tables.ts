import "server-only";
import { z } from "zod";
import type { Database } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table as tableOf } from "@/lib/db/tables";
import type { TokenColumn, TokenPlace } from "./vault";

/** A table with columns that hold tokens, all of a row under one key, whose name stands in `kid`. */
export type SealedTable = {
  name: Prisma.ModelName;
  columns: readonly TokenColumn[];
  place: (row: string, column: TokenColumn) => TokenPlace;
};

/** Every column that holds a token. Who adds one adds it here. */
export const sealedTables: readonly SealedTable[] = [
  {
    name: "Account",
    columns: ["access_token", "refresh_token", "oauth_token_secret"],
    place: (accountId, column) => ({ accountId, column }),
  },
  {
    name: "Revocation",
    columns: ["access_token", "refresh_token"],
    place: (revocationId, column) => ({ revocationId, column }),
  },
  {
    name: "ConnectWaiting",
    columns: ["access_token", "refresh_token", "oauth_token_secret"],
    place: (accountId, column) => ({ accountId, column }), // the link that is to have them
  },
  {
    name: "TokenImport",
    columns: ["access_token", "refresh_token"],
    place: (accountId, column) => ({ accountId, column }), // the same
  },
];

/** A column in a statement: names are ours and never come from outside. */
export const sqlName = (name: string) => Prisma.raw(`"${name}"`);

/** Whether a row holds any token at all. */
export function holdsTokens({ columns }: SealedTable) {
  return Prisma.join(
    columns.map((column) => Prisma.sql`${sqlName(column)} IS NOT NULL`),
    " OR ",
    "(",
    ")",
  );
}

const Kids = z.array(z.object({ kid: z.string() }));

/** The keys that rows of a table name. Hops from one to the next in the index: a million rows take as long as ten. */
export async function kidsIn(db: Database, table: SealedTable): Promise<string[]> {
  const name = tableOf(db, table.name);
  const rows = await db.$queryRaw`
    WITH RECURSIVE seen AS (
      (SELECT kid FROM ${name} WHERE kid IS NOT NULL ORDER BY kid LIMIT 1)
      UNION ALL
      SELECT (SELECT kid FROM ${name} WHERE kid > seen.kid ORDER BY kid LIMIT 1) FROM seen WHERE seen.kid IS NOT NULL
    )
    SELECT kid FROM seen WHERE kid IS NOT NULL`;
  return Kids.parse(rows).map(({ kid }) => kid);
}

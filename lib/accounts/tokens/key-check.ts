import "server-only";
import { z } from "zod";
import { type Database, database } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table as tableOf } from "@/lib/db/tables";
import { holdsTokens, kidsIn, type SealedTable, sealedTables, sqlName } from "./sealed-tables";
import { kidOf, type Vault, VaultError } from "./vault";

/** How many rows under each key are opened: one that is damaged must not pass for a wrong key. */
const SAMPLE = 5;

/** Among how many they are looked for: a row whose tokens are gone may name a key still, or none any more. */
const LOOKED_AT = 1_000;

/**
 * Whether `TOKEN_KEYS` opens what is stored, before a link finds out. Looks at the keys in use and at a few rows of each,
 * and so takes no longer with many rows than with few.
 *
 * @returns a sentence for each key that is missing, or is not the one it was
 */
export async function keyErrors(vault: Vault): Promise<string[]> {
  const db = await database();
  const opens = new Map<string, boolean>();
  for (const table of sealedTables) {
    for (const kid of [...(await kidsIn(db, table)), null]) {
      for (const sealed of await readSample(db, table, kid)) {
        const needed = kidOf(sealed.token);
        if (needed) opens.set(needed, opens.get(needed) || (await isOpenedBy(vault, sealed)));
      }
    }
  }
  const failing = [...opens].filter(([, opened]) => !opened).map(([kid]) => kid);
  return failing.map((kid) =>
    vault.has(kid)
      ? `The key "${kid}" in TOKEN_KEYS is not the one that stored tokens are encrypted with: put that one back, and give a new key a new name, in front of it.`
      : `Stored tokens need the key "${kid}", which TOKEN_KEYS does not have: put it back at the end of the list, and keep it until npm run keys:rotate says that it can be removed.`,
  );
}

type SealedSample = { token: string; place: ReturnType<SealedTable["place"]> };

const Row = z.looseObject({ id: z.string() });

/** The tokens of a few rows that name a key, or none. */
async function readSample(db: Database, table: SealedTable, kid: string | null) {
  const columns = Prisma.join(table.columns.map(sqlName));
  const named = kid === null ? Prisma.sql`kid IS NULL` : Prisma.sql`kid = ${kid}`;
  const rows = await db.$queryRaw`
    SELECT * FROM (SELECT id, ${columns} FROM ${tableOf(db, table.name)} WHERE ${named} LIMIT ${LOOKED_AT}) AS looked_at
    WHERE ${holdsTokens(table)} LIMIT ${SAMPLE}`;
  return z
    .array(Row)
    .parse(rows)
    .flatMap((row) =>
      table.columns.flatMap((column): SealedSample[] => {
        const token = row[column];
        return typeof token === "string" ? [{ token, place: table.place(row.id, column) }] : [];
      }),
    );
}

async function isOpenedBy(vault: Vault, { token, place }: SealedSample) {
  try {
    await vault.open(token, place);
    return true;
  } catch (error) {
    if (error instanceof VaultError) return false;
    throw error;
  }
}

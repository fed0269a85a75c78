import "server-only";
import { z } from "zod";
import { Prisma } from "@/lib/db/generated/client";
import type { Session } from "@/lib/db/migrations";
import { holdsTokens, type SealedTable, sealedTables, sqlName } from "./sealed-tables";
import { type Vault, VaultError } from "./vault";

/** So many rows are read in one go. */
const BATCH = 500;

/** After so many tokens that do not open there is no need to look on. */
const ENOUGH = 5;

type Opening = {
  /** How many tokens open. */
  opened: number;
  /** A line for each that does not; no more than the first few. */
  unread: string[];
};

/** Opens every token that a database stores, as a session sees it. Looks for no key: `keyErrors` does, in a moment. */
export async function openEveryToken(
  session: Session,
  vault: Vault,
  onProgress?: (progress: { done: number; of: number }) => void,
): Promise<Opening> {
  let of = 0;
  for (const table of sealedTables) of += await countRows(session, table); // a session asks one thing at a time
  const found: Opening = { opened: 0, unread: [] };
  let done = 0;
  for (const table of sealedTables) {
    for await (const rows of rowsOf(session, table)) {
      const lines = await Promise.all(rows.flatMap((row) => openRow(vault, table, row)));
      const unread = lines.filter((line) => line !== null);
      found.opened += lines.length - unread.length;
      found.unread.push(...unread);
      if (found.unread.length >= ENOUGH) return { ...found, unread: found.unread.slice(0, ENOUGH) };
      done += rows.length;
      onProgress?.({ done, of });
    }
  }
  return found;
}

const Count = z.tuple([z.object({ count: z.coerce.number() })]);

async function countRows(session: Session, table: SealedTable) {
  const { rows } = await ask(
    session,
    Prisma.sql`SELECT count(*) AS count FROM ${sqlName(table.name)} WHERE ${holdsTokens(table)}`,
  );
  return Count.parse(rows)[0].count;
}

type Row = z.infer<typeof Row>;

const Row = z.looseObject({ id: z.string() });

async function* rowsOf(session: Session, table: SealedTable) {
  const columns = Prisma.join(table.columns.map(sqlName));
  for (let after = ""; ; ) {
    const { rows } = await ask(
      session,
      Prisma.sql`SELECT id, ${columns} FROM ${sqlName(table.name)}
        WHERE ${holdsTokens(table)} AND id > ${after} ORDER BY id LIMIT ${BATCH}`,
    );
    const read = z.array(Row).parse(rows);
    const last = read.at(-1);
    if (!last) return;
    yield read;
    after = last.id;
  }
}

/** For each token of a row null, or a line about it. */
function openRow(vault: Vault, table: SealedTable, row: Row): Promise<string | null>[] {
  return table.columns.flatMap((column) => {
    const token = row[column];
    if (typeof token !== "string") return [];
    const about = `${table.name} ${row.id}, ${column}`;
    return vault.open(token, table.place(row.id, column)).then(
      () => null,
      (error: unknown) => {
        if (error instanceof VaultError) return `${about}: ${error.message}`;
        throw error;
      },
    );
  });
}

const ask = (session: Session, statement: Prisma.Sql) =>
  session.query(statement.text, statement.values);

import { z } from "zod";
import type { Session } from "../migrations";
import { quoted, type Table } from "./tables";

/**
 * How both sides write and read a value as text, so that it comes out as it went in: PostgreSQL's own text says
 * everything of a value, where a value in JavaScript would lose microseconds, digits and the difference between kinds of null.
 */
export const EXACT_TEXT = `
  SET LOCAL "TimeZone" = 'UTC';
  SET LOCAL "DateStyle" = 'ISO, YMD';
  SET LOCAL "IntervalStyle" = 'postgres';
  SET LOCAL extra_float_digits = 1;
  SET LOCAL bytea_output = 'hex';`;

/** No server's own limit ends it in the middle. */
export const PATIENT = `
  SET LOCAL statement_timeout = 0;
  SET LOCAL idle_in_transaction_session_timeout = 0;`;

type Row = z.infer<typeof Rows>[number];

const Rows = z.array(z.record(z.string(), z.string().nullable()));

const Count = z.tuple([z.object({ count: z.coerce.number() })]);

export async function countRows(session: Session, { name }: Table): Promise<number> {
  const { rows } = await session.query(`SELECT count(*) AS count FROM ${quoted(name)}`);
  return Count.parse(rows)[0].count;
}

/** All rows of a table, each value as text, in batches by its primary key. */
export async function* readRows(session: Session, table: Table, batch: number) {
  const { name, columns, key } = table;
  if (key.length === 0) throw new Error(`The table ${name} has no primary key to read it by`);
  const typeOf = new Map(columns.map((column) => [column.name, column.type]));
  const values = columns.map(
    (column) => `t.${quoted(column.name)}::text AS ${quoted(column.name)}`,
  );
  const keys = key.map((column) => `t.${quoted(column)}`).join(", ");
  const after = key.map((column, at) => `$${at + 1}::text::${typeOf.get(column)}`).join(", ");
  const all = `SELECT ${values.join(", ")} FROM ${quoted(name)} t`;
  const end = `ORDER BY ${keys} LIMIT ${batch}`;
  for (let last: Row | undefined; ; ) {
    const { rows } = last
      ? await session.query(
          `${all} WHERE (${keys}) > (${after}) ${end}`,
          key.map((column) => last?.[column]),
        )
      : await session.query(`${all} ${end}`);
    const read = Rows.parse(rows);
    last = read.at(-1);
    if (!last) return;
    yield read;
  }
}

/** Adds rows that `readRows` has read. */
export async function writeRows(session: Session, { name, columns }: Table, rows: readonly Row[]) {
  const names = columns.map((column) => quoted(column.name)).join(", ");
  const values = columns.map(({ type }, at) => `v${at}::${type}`).join(", ");
  const lists = columns.map((_, at) => `$${at + 1}::text[]`).join(", ");
  const parts = columns.map((_, at) => `v${at}`).join(", ");
  await session.query(
    `INSERT INTO ${quoted(name)} (${names}) OVERRIDING SYSTEM VALUE
     SELECT ${values} FROM unnest(${lists}) AS given (${parts})`,
    columns.map((column) => rows.map((row) => row[column.name] ?? null)),
  );
}

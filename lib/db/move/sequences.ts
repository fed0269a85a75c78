import { z } from "zod";
import type { Session } from "../migrations";
import { quoted } from "./tables";

const Sequences = z.array(
  z.object({ name: z.string(), table: z.string().nullable(), column: z.string().nullable() }),
);

const State = z.tuple([z.object({ next: z.string() })]);

/**
 * Lets the target's sequences go on where the source's would have: behind all rows that there are, and behind those that
 * have been removed. Is undone with its transaction.
 */
export async function moveSequences(source: Session, target: Session) {
  const { rows } = await source.query(`
    SELECT c.relname AS name, owner.relname AS table, a.attname AS column
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass
      AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_class owner ON owner.oid = d.refobjid
    LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE n.nspname = current_schema() AND c.relkind = 'S'`);
  for (const { name, table, column } of Sequences.parse(rows)) {
    const behindRows =
      table && column ? `(SELECT max(${quoted(column)}) + 1 FROM ${quoted(table)})` : "NULL";
    const state = await source.query(
      `SELECT greatest(last_value + is_called::int, ${behindRows})::text AS next FROM ${quoted(name)}`,
    );
    const { next } = State.parse(state.rows)[0];
    await target.script(`ALTER SEQUENCE ${quoted(name)} RESTART WITH ${BigInt(next)}`);
  }
}

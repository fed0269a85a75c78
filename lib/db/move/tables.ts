import { z } from "zod";
import type { Session } from "../migrations";

/** A table as the database itself describes it: one that is added later is there by itself. */
export type Table = z.infer<typeof Table>;

const Table = z.object({
  name: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  /** The columns of the primary key, in its order; none where there is no key. */
  key: z.array(z.string()),
  /** Other tables that its rows refer to. */
  needs: z.array(z.string()),
});

/** For statements. Names come from the database itself. */
export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** All tables of the session's schema but the list of migrations, each after those that its rows refer to. */
export async function readTables(session: Session): Promise<Table[]> {
  const { rows } = await session.query(`
    SELECT c.relname AS name,
      coalesce((
        SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
        FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''), '[]') AS columns,
      coalesce((
        SELECT json_agg(a.attname ORDER BY k.place)
        FROM pg_index i
        CROSS JOIN unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
        WHERE i.indrelid = c.oid AND i.indisprimary), '[]') AS key,
      coalesce((
        SELECT json_agg(DISTINCT other.relname)
        FROM pg_constraint f JOIN pg_class other ON other.oid = f.confrelid
        WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid), '[]') AS needs
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname <> '_prisma_migrations'
    ORDER BY c.relname`);
  return inOrder(z.array(Table).parse(rows));
}

/** @throws where tables refer to each other in a circle: there is no order then */
export function inOrder(tables: readonly Table[]): Table[] {
  const ordered: Table[] = [];
  const left = new Set(tables);
  while (left.size > 0) {
    const waiting = new Set([...left].map(({ name }) => name));
    const next = [...left].find(({ needs }) => !needs.some((name) => waiting.has(name)));
    if (!next) throw new Error(`These tables refer to each other: ${[...waiting].join(", ")}`);
    ordered.push(next);
    left.delete(next);
  }
  return ordered;
}

import "server-only";
import { z } from "zod";
import { schemaUnder } from "@/lib/db/client";
import { database } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import type { TableFigures } from "./shape";

const Rows = z.array(
  z.object({ table: z.string(), rows: z.coerce.number(), bytes: z.coerce.number() }),
);

/** How long the tables are, the longest first, as the database's own statistics have it: none is read. */
export async function tableFigures(): Promise<TableFigures[]> {
  const db = await database();
  const rows = await db.$queryRaw`
    SELECT relname AS table, reltuples AS rows, pg_total_relation_size(oid) AS bytes FROM pg_class
    WHERE relkind = 'r' AND relname = ANY(${Object.values(Prisma.ModelName)}::text[])
      AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ${schemaUnder(db)})
    ORDER BY bytes DESC, relname`;
  return Rows.parse(rows).map((each) => ({ ...each, rows: each.rows < 0 ? null : each.rows }));
}

import { schemaUnder } from "./client";
import { Prisma } from "./generated/client";

/**
 * A table of ours, as SQL that we write ourselves has to name it: with its schema. What a session looks through for a bare name is
 * the server's to say, or a pooler's.
 */
export function tableName(db: object, name: Prisma.ModelName): string {
  return `"${schemaUnder(db)}"."${name}"`;
}

/** The same for SQL that Prisma takes. */
export function table(db: object, name: Prisma.ModelName): Prisma.Sql {
  return Prisma.raw(tableName(db, name));
}

/** Why the database cannot be used. The set is closed: use one of these, or add one here. */
type DatabaseErrorCode =
  | "in_use" // another process has the embedded database open
  | "absent" // there is no embedded database to read
  | "unusable" // its disk is full or can only be read, or another user's
  | "unreadable" // the embedded database's files are damaged, or of another version
  | "unreachable" // no PostgreSQL server lets us in at DATABASE_URL
  | "address" // DATABASE_URL cannot be understood, or names a schema that is not there
  | "migration_failed" // now, and was undone; or earlier, under Prisma's own commands
  | "migration_edited" // a migration is not what it was when it was applied
  | "migration_unknown" // a newer version of this app has been here
  | "building"; // a page asked for data during the build

/** A named failure to open the database. Its message is a sentence for the person who started the app. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The first line of what went wrong, at most 300 characters. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]); // each address of a host name that failed
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n", 1)[0] ?? "").slice(0, 300);
}

import { resolve } from "node:path";
import type { OpenDatabase } from "./client";
import { DatabaseError } from "./errors";
import type { OpenSession } from "./session";

type DatabaseLocation = {
  /** A PostgreSQL server, `postgresql://…`; null for the embedded database. */
  url: string | null;
  /** How many connections to have to a server, if not as many as the address says, or ten. */
  poolSize?: number | null;
  /** Where the embedded database is kept, absolute or from the working directory; `memory://` for nowhere. */
  directory: string;
  /** How long another process may take to let go of the embedded database, in milliseconds. */
  waitMs?: number;
  /** Called with a sentence when there is another process to wait for. */
  onWait?: (sentence: string) => void;
  /** The folder of migrations, if not `prisma/migrations` in the working directory. */
  migrations?: string;
};

/**
 * Opens the database and brings it up to date, on a server as in this process. The app itself asks
 * `database()`; this is for commands and tests, which close what they open.
 *
 * @throws DatabaseError with a sentence for the person at the terminal.
 */
export async function openDatabase(location: DatabaseLocation): Promise<OpenDatabase> {
  const { url, poolSize, directory, waitMs, onWait } = location;
  const migrations = resolve(
    /* turbopackIgnore: true */ location.migrations ?? "prisma/migrations",
  );
  if (url) {
    const { openServer } = await import("./server");
    return openServer(url, migrations, poolSize);
  }
  const { openDirectory, openInMemory } = await import("./embedded"); // 27 MB that a server does without
  if (directory === "memory://") return openInMemory(migrations);
  return openDirectory(directory, migrations, { waitMs, onWait });
}

/**
 * Opens a session with a database as it is, for a command that reads everything: nothing is made, migrated or cleaned up.
 *
 * @throws DatabaseError with a sentence for the person at the terminal.
 */
export async function openSession(location: DatabaseLocation): Promise<OpenSession> {
  const { url, directory, waitMs, onWait } = location;
  if (url) {
    const { openServerSession } = await import("./server");
    return openServerSession(url);
  }
  if (directory === "memory://") {
    throw new DatabaseError("absent", "A database in memory holds nothing that could be read.");
  }
  const { openDirectorySession } = await import("./embedded");
  return openDirectorySession(directory, { waitMs, onWait });
}

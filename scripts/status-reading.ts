import { resolve } from "node:path";
import { attentionTo } from "@/lib/accounts/figures/attention";
import { readFigures } from "@/lib/accounts/figures/figures";
import type { Attention, Status } from "@/lib/accounts/figures/shape";
import { databaseNow } from "@/lib/db/clock";
import { DatabaseError } from "@/lib/db/errors";
import { migrationState } from "@/lib/db/migrations";
import { openSession } from "@/lib/db/open";
import { settings } from "@/lib/env";
import { CommandError } from "./command";

/** How this deployment is. A database that lacks a migration is left as it is, and not read further. */
export async function readStatus(): Promise<Status> {
  const kind = settings().databaseUrl ? "server" : "embedded";
  const { applied, missing: waiting } = await migrations();
  const database = { kind, migrations: { applied, waiting } } as const;
  if (waiting.length > 0) {
    return {
      at: new Date().toISOString(),
      attention: [waitingMigrations(waiting)],
      database,
      figures: null,
    };
  }
  const figures = await readFigures();
  const now = await databaseNow();
  return { at: now.toISOString(), attention: attentionTo(figures, now), database, figures };
}

async function migrations() {
  const { databaseUrl: url, databaseDirectory: directory } = settings();
  const session = await openSession({ url, directory }).catch(advise);
  try {
    return await migrationState(session, resolve("prisma/migrations"), session.schema);
  } finally {
    await session.close();
  }
}

/** The app that has the embedded database can be asked itself. */
function advise(error: unknown): never {
  if (!(error instanceof DatabaseError) || error.code !== "in_use") throw error;
  throw new CommandError(error.message, [
    "Or ask the app: with API_PORT set, GET /metrics on that port has the same figures.",
  ]);
}

function waitingMigrations(waiting: readonly string[]): Attention {
  const sentence = `${waiting.length === 1 ? "A migration waits" : `${waiting.length} migrations wait`}: start this version of the app once.`;
  return { about: "migrations", sentence };
}

import { resolve } from "node:path";
import { openEveryToken } from "@/lib/accounts/tokens/opening";
import { vault } from "@/lib/accounts/tokens/vault";
import { DatabaseError, reasonOf } from "@/lib/db/errors";
import type { Session } from "@/lib/db/migrations";
import { MoveError } from "@/lib/db/move/errors";
import { moveDatabase } from "@/lib/db/move/move";
import { openSession } from "@/lib/db/open";
import { openServerSession } from "@/lib/db/server";
import type { OpenSession } from "@/lib/db/session";
import { isPostgres, settings } from "@/lib/env";
import { CommandError, command, UsageError } from "./command";
import { interruption } from "./interruption";
import { print } from "./print";
import { endBar, progressOf } from "./progress";
import { aligned } from "./table";

const USAGE = `How to use it:
  npm run move-database -- --to postgresql://…

Copies everything from the database that DATABASE_URL or DATABASE_DIRECTORY names to a PostgreSQL server, all of it or
nothing. Stop the app first. The database there must be empty; the one here is read and not changed. An address with a
password belongs in MOVE_TO, in the environment or in .env, instead of --to, which other users of this machine can see.`;

await command({
  usage: USAGE,
  options: { to: { type: "string" } },
  run: async ({ values: { to } }) => {
    const address = addressOf(to);
    const source = await openSession(location());
    try {
      const target = await openServerSession(...address);
      try {
        const moved = await move(source, target);
        print(...report(moved), "", ...nextSteps(source, target));
        return 0;
      } finally {
        await target.close().catch(() => null); // what went wrong before is the one to tell
      }
    } finally {
      await source.close();
    }
  },
});

function location() {
  const { databaseUrl: url, databaseDirectory: directory } = settings();
  return { url, directory };
}

/** The address of the target, and where it was given. */
function addressOf(to: string | undefined): [url: string, setting: string] {
  const { moveTo } = settings();
  if (to === undefined && moveTo) return [moveTo, "MOVE_TO"];
  if (to === undefined) throw new UsageError("Say where to, with --to or MOVE_TO.");
  if (!isPostgres(to)) throw new UsageError("--to must begin with postgresql://.");
  return [to, "--to"];
}

type Moved = { copied: { table: string; rows: number }[]; opened: number };

async function move(source: OpenSession, target: OpenSession): Promise<Moved> {
  print(`From ${source.place} to ${target.place}.`);
  let opened = 0;
  const check = async (session: Session) => {
    endBar();
    opened = await openTokens(session);
  };
  try {
    const copied = await moveDatabase({
      ...{ source, target, check, migrations: resolve("prisma/migrations") },
      ...{ signal: interruption().signal, onProgress: progressOf("rows copied") },
    });
    return { copied, opened };
  } catch (error) {
    throw new CommandError(...explained(error));
  } finally {
    endBar();
  }
}

function report({ copied, opened }: Moved) {
  const lines = copied.map(({ table, rows }) => [table, String(rows)]);
  return [
    "",
    ...aligned([["Table", "Rows"], ...lines], { numbers: true }),
    "",
    `Everything is there. All ${opened} stored tokens open with TOKEN_KEYS.`,
  ];
}

async function openTokens(session: Session) {
  const { opened, unread } = await openEveryToken(session, vault(), progressOf("rows decrypted"));
  if (unread.length === 0) return opened;
  throw new MoveError(
    "unread",
    "Stored tokens do not open with TOKEN_KEYS: put back the key that is missing, or remove the links.",
    unread,
  );
}

/** What went wrong, and what it means for both databases. */
function explained(error: unknown): [sentence: string, lines: readonly string[]] {
  const unchanged = "Nothing was copied, and nothing is changed here.";
  if (!(error instanceof MoveError)) return [`${sentenceOf(error)} ${unchanged}`, []];
  if (error.code === "unconfirmed") return [error.message, []];
  return [`${error.message} ${unchanged}`, error.lines];
}

function sentenceOf(error: unknown) {
  const text = error instanceof DatabaseError ? error.message : reasonOf(error);
  return text.replace(/\.?$/, ".");
}

function nextSteps(source: OpenSession, target: OpenSession) {
  return [
    "What to do next:",
    `  1. Set DATABASE_URL to the address of ${target.place}, and remove MOVE_TO.`,
    "  2. Start the app. See that people can sign in, and run npm run check-links.",
    `  3. Keep ${source.place} until you are sure, and do not start the app with it again:`,
    "     portals that renew tokens would take an old one for a stolen one.",
  ];
}

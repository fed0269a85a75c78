import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { eraseUser, type Receipt, receiptOf } from "@/lib/accounts/people/erasure";
import { exportUser } from "@/lib/accounts/people/export";
import { keyErrors } from "@/lib/accounts/tokens/key-check";
import { vault } from "@/lib/accounts/tokens/vault";
import { printable } from "@/lib/process/printable";
import { CommandError, command, UsageError } from "./command";
import { print, tell } from "./print";

const PATIENCE_S = 30;

const USAGE = `How to use it:
  npm run erase-user -- <user id> --yes [--wait <seconds>] [--out <file>]

Removes a user with everything that is theirs, asks the portals to take their tokens back, and writes a receipt
to erasure-<user id>.json or the file that is named. It waits ${PATIENCE_S} seconds for the portals, or as long as it is told.
Later, without --yes, it writes the receipt anew.`;

await command({
  usage: USAGE,
  words: true,
  options: {
    yes: { type: "boolean", default: false },
    wait: { type: "string", default: String(PATIENCE_S) },
    out: { type: "string" },
  },
  run: async ({ values: { yes, wait, out }, positionals }) => {
    const [id, ...others] = positionals;
    if (!id || others.length > 0) throw new UsageError("Name one user.");
    if (!/^\d{1,5}$/.test(wait)) {
      throw new UsageError("--wait is a number of seconds, such as 30.");
    }
    const user = await exportUser(id, new Date());
    let isErased = false;
    if (user) {
      if (!yes) {
        throw new CommandError(
          `This removes ${user.links.length} links and ${user.sessions.length} sessions of ${id} for good. Say so with --yes.`,
        );
      }
      const [wrongKey] = await keyErrors(vault());
      if (wrongKey) throw new CommandError(wrongKey); // tokens that do not open can not be revoked
      isErased = await eraseUser(id, randomUUID(), Number(wait) * 1000);
    }
    const receipt = await receiptOf(id, new Date());
    if (!receipt) throw new CommandError(`There is no user "${id}", and none was ever removed.`);
    const file = out ?? `erasure-${id}.json`;
    const text = printable(JSON.stringify(receipt, null, 2));
    writeFileSync(file, `${text}\n`, { mode: 0o600 });
    print(...text.split("\n"));
    tell(...ending(receipt, file, isErased));
    return 0;
  },
});

function ending({ final, user, erasedAt }: Receipt, file: string, now: boolean) {
  const what = now ? "Removed." : `Was removed on ${erasedAt.toISOString()}.`;
  const pending = `A portal has yet to answer; for what came of it, run this later: npm run erase-user -- ${user}`;
  return [`✓ ${what} The receipt is in ${file}.`, ...(final ? [] : [pending])];
}

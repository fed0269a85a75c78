import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { eraseUser, type Receipt, receiptOf } from "@/lib/accounts/people/erasure";
import { exportUser } from "@/lib/accounts/people/export";
import { keyErrors } from "@/lib/accounts/tokens/key-check";
import { vault } from "@/lib/accounts/tokens/vault";
import { CommandError, command } from "./command";

const PATIENCE_S = 30;

/** Removes a user with everything that is theirs, asks the portals to take their tokens back, and writes a receipt. */
await command(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      yes: { type: "boolean", default: false },
      wait: { type: "string", default: String(PATIENCE_S) },
      out: { type: "string" },
    },
  });
  const [id, ...others] = positionals;
  const patience = Number(values.wait);
  if (!id || others.length > 0 || !(patience >= 0)) {
    throw new CommandError(
      "Name one user: npm run erase-user -- <user id> --yes [--wait <seconds>] [--out <file>]",
    );
  }
  const user = await exportUser(id, new Date());
  if (user) {
    if (!values.yes) {
      throw new CommandError(
        `This removes ${user.links.length} links and ${user.sessions.length} sessions of ${id} for good. Say so with --yes.`,
      );
    }
    const [wrongKey] = await keyErrors(vault());
    if (wrongKey) throw new CommandError(wrongKey); // tokens that do not open can not be revoked
    await eraseUser(id, randomUUID(), patience * 1000);
  }
  const receipt = await receiptOf(id, new Date());
  if (!receipt) throw new CommandError(`There is no user "${id}", and none was ever removed.`);
  const file = values.out ?? `erasure-${id}.json`;
  const text = `${JSON.stringify(receipt, null, 2)}\n`;
  process.stdout.write(text);
  writeFileSync(file, text, { mode: 0o600 });
  console.error(ending(receipt, file, user !== null));
  return 0;
});

function ending({ final, user, erasedAt }: Receipt, file: string, now: boolean) {
  const what = now ? "Removed." : `Was removed on ${erasedAt.toISOString()}.`;
  const pending = `A portal has yet to answer; for what came of it, run this later: npm run erase-user -- ${user}`;
  return [`✓ ${what} The receipt is in ${file}.`, ...(final ? [] : [pending])].join("\n");
}

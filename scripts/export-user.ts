import { writeFileSync } from "node:fs";
import { exportUser } from "@/lib/accounts/people/export";
import { printable } from "@/lib/process/printable";
import { CommandError, command, UsageError } from "./command";
import { print, tell } from "./print";

const USAGE = `How to use it:
  npm run export-user -- <user id> [--out <file>]

Writes everything we hold about a user, as JSON, without tokens.`;

await command({
  usage: USAGE,
  words: true,
  options: { out: { type: "string" } },
  run: async ({ values: { out }, positionals }) => {
    const [id, ...others] = positionals;
    if (!id || others.length > 0) throw new UsageError("Name one user.");
    const exported = await exportUser(id, new Date());
    if (!exported) throw new CommandError(`There is no user "${id}".`);
    const text = printable(JSON.stringify(exported, null, 2));
    if (!out) print(...text.split("\n"));
    else {
      writeFileSync(out, `${text}\n`, { mode: 0o600 });
      tell(`✓ Written to ${out}.`);
    }
    return 0;
  },
});

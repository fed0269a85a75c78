import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { exportUser } from "@/lib/accounts/people/export";
import { printable } from "@/lib/process/printable";
import { CommandError, command } from "./command";

/** Writes everything we hold about a user, as JSON. */
await command(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string" } },
  });
  const [id, ...others] = positionals;
  if (!id || others.length > 0) {
    throw new CommandError("Name one user: npm run export-user -- <user id> [--out <file>]");
  }
  const exported = await exportUser(id, new Date());
  if (!exported) throw new CommandError(`There is no user "${id}".`);
  const text = `${printable(JSON.stringify(exported, null, 2))}\n`;
  if (!values.out) process.stdout.write(text);
  else {
    writeFileSync(values.out, text, { mode: 0o600 });
    console.error(`✓ Written to ${values.out}.`);
  }
  return 0;
});

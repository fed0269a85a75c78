import { randomUUID } from "node:crypto";
import { type KeyUse, type Rotation, rotateKeys } from "@/lib/accounts/tokens/rotation";
import { vault } from "@/lib/accounts/tokens/vault";
import { settings } from "@/lib/env";
import { command } from "./command";
import { print, tell } from "./print";
import { endBar, progressOf } from "./progress";
import { aligned } from "./table";

const USAGE = `How to use it:
  npm run keys:rotate [-- --dry-run]

Encrypts stored tokens with the first key of TOKEN_KEYS, and says which of the others nothing needs any more.
With --dry-run it only looks.`;

await command({
  usage: USAGE,
  options: { "dry-run": { type: "boolean", default: false } },
  run: async ({ values: { "dry-run": dryRun } }) => {
    const kids = settings().tokenKeys.map(({ kid }) => kid);
    const onProgress = progressOf("rows");
    const reference = randomUUID();
    const rotation = await rotateKeys({ vault: vault(), kids, dryRun, reference, onProgress });
    endBar();
    print(summary(rotation, dryRun), "");
    for (const { table, row, reason } of rotation.unreadable) {
      tell(`✗ ${table} ${row} was left as it is. ${reason}`);
    }
    print(...table(rotation));
    return rotation.unreadable.length > 0 ? 1 : 0;
  },
});

function summary({ rotated, overtaken }: Rotation, dryRun: boolean) {
  const done = dryRun ? "would be encrypted anew" : "encrypted anew";
  const meanwhile = overtaken > 0 ? `, ${overtaken} renewed by the app meanwhile` : "";
  return `${rotated} rows ${done}${meanwhile}.`;
}

function table({ keys, unreadable }: Rotation) {
  const lines = keys.map((key) => [
    key.kid ?? "(none named)",
    String(key.rows),
    verdict(
      key,
      unreadable.some(({ kid }) => kid === key.kid),
    ),
  ]);
  return aligned([["Key", "Rows that need it", ""], ...lines]);
}

function verdict({ kid, rows, known, newest }: KeyUse, unreadable: boolean) {
  if (kid === null) return "see above";
  if (!known) return "missing from TOKEN_KEYS: put it back at the end of the list";
  if (newest) return "encrypts";
  if (rows > 0 || unreadable) return "still needed";
  return "removable from TOKEN_KEYS, once every instance has the first key in front";
}

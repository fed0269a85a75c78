import { printable } from "@/lib/process/printable";
import { command } from "./command";
import { print } from "./print";
import { statusLines } from "./status-lines";
import { readStatus } from "./status-reading";

const USAGE = `How to use it:
  npm run status [-- --json]

Says how this deployment is: links, portals in trouble, what waits, clients, tables. It counts and changes nothing, and names no
person. With --json it prints the same for a program. It ends with 0 when all is fine, with 1 when something needs attention,
which it names first, and with 2 when it could not look.`;

await command({
  usage: USAGE,
  failure: 2,
  options: { json: { type: "boolean", default: false } },
  run: async ({ values: { json } }) => {
    const status = await readStatus();
    if (json) print(...printable(JSON.stringify(status, null, 2)).split("\n"));
    else print(...statusLines(status));
    return status.attention.length > 0 ? 1 : 0;
  },
});

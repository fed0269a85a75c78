import { parseArgs } from "node:util";
import {
  KEY_MEMORY_SECONDS,
  type KeyCall,
  keyCalls,
  listKeys,
  makeKey,
  withdrawKey,
} from "@/lib/accounts/clients/service-keys";
import { connections } from "@/lib/conversation/configuration";
import { CommandError, command } from "./command";

/** Service keys: what a team's back end shows to the API. */

const USAGE = `How to use it:
  npm run keys -- create --name crm [--connections a,b] [--calls ${keyCalls.join(",")}] [--replace]
  npm run keys -- list
  npm run keys -- withdraw <id>`;

await command(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: "string" },
      connections: { type: "string", default: "" },
      calls: { type: "string", default: keyCalls.join(",") },
      replace: { type: "boolean", default: false },
    },
  });
  const [verb, ...rest] = positionals;
  if (verb === "create" && rest.length === 0) return create(values);
  if (verb === "list" && rest.length === 0) return list();
  if (verb === "withdraw" && rest[0] && rest.length === 1) return withdraw(rest[0]);
  console.error(USAGE);
  return 1;
});

type Wish = { name?: string; connections: string; calls: string; replace: boolean };

/** `--replace` withdraws the keys of the same name, once the new one is there. */
async function create(wish: Wish) {
  const name = wish.name?.trim() ?? "";
  if (!/^[^\p{C}]{1,60}$/u.test(name)) {
    throw new CommandError("Say whose key it is, in at most 60 characters: --name crm");
  }
  const ids = connections().map(({ id }) => id);
  const strangers = listed(wish.connections).filter((each) => !ids.includes(each));
  if (strangers.length > 0) {
    throw new CommandError(
      `There is no connection ${strangers.join(" or ")}: there are ${ids.join(", ")}.`,
    );
  }
  const calls = listed(wish.calls).map(callNamed);
  if (calls.length === 0) throw new CommandError(`Name calls of ${keyCalls.join(", ")}.`);
  const before = wish.replace ? (await listKeys()).filter((key) => key.name === name) : [];
  const key = await makeKey({ name, connections: listed(wish.connections), calls });
  for (const { id } of before) await withdrawKey(id);
  console.log(key.text);
  console.error(`✓ This is the key "${name}". It is shown only now and cannot be read back.`);
  return 0;
}

function callNamed(name: string): KeyCall {
  const call = keyCalls.find((each) => each === name);
  if (!call) throw new CommandError(`There is no call ${name}: there are ${keyCalls.join(", ")}.`);
  return call;
}

async function list() {
  const keys = await listKeys();
  const lines = keys.map((key) => [
    key.id,
    key.name,
    key.calls.join(" "),
    key.connections.join(" ") || "all",
    day(key.createdAt),
    key.lastUsedAt
      ? `${day(key.lastUsedAt)} ${key.lastUsedAt.toISOString().slice(11, 16)}`
      : "never",
    key.withdrawnAt ? `withdrawn ${day(key.withdrawnAt)}` : "works",
  ]);
  const head = ["Id", "Name", "Calls", "Connections", "Created", "Last used (UTC)", ""];
  for (const line of aligned([head, ...lines])) console.log(line);
  return 0;
}

async function withdraw(id: string) {
  if (!(await withdrawKey(id))) throw new CommandError(`There is no key "${id}" that works.`);
  console.error(`✓ ${id} is withdrawn: it stops working within ${KEY_MEMORY_SECONDS} seconds.`);
  return 0;
}

function listed(text: string) {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}

function day(moment: Date) {
  return moment.toISOString().slice(0, 10);
}

function aligned(rows: string[][]) {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths?.[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

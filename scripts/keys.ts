import { listClients } from "@/lib/accounts/clients/clients";
import {
  clientCalls,
  defaultCalls,
  KEY_MEMORY_SECONDS,
  type KeyCall,
  keyCalls,
  listKeys,
  makeKey,
  NoSuchClient,
  replaceKey,
  withdrawKey,
} from "@/lib/accounts/clients/service-keys";
import { linkableConnections } from "@/lib/conversation/configuration";
import { CommandError, command, noSuch, UsageError } from "./command";
import { print, tell } from "./print";
import { aligned } from "./table";

/** Service keys: what a team's back end shows to the API. */

const USAGE = `How to use it:
  npm run keys -- create --name crm [--client acme] [--connections a,b] [--calls a,b] [--replace]
  npm run keys -- list
  npm run keys -- withdraw <id>

"create" prints the key, once. With --replace it withdraws the other keys of that name, and of that client.
Without --connections a key is for all of them. A client's key sees what the client has been granted; one without a client
sees every link.
Calls: ${keyCalls.join(", ")}.
Without --calls: ${defaultCalls.join(", ")}. For ${clientCalls.join(", ")} a key has to be a client's.`;

await command({
  usage: USAGE,
  words: true,
  options: {
    name: { type: "string" },
    client: { type: "string" },
    connections: { type: "string", default: "" },
    calls: { type: "string", default: defaultCalls.join(",") },
    replace: { type: "boolean", default: false },
  },
  run: async ({ values, positionals }) => {
    const [verb, ...rest] = positionals;
    if (verb === "create" && rest.length === 0) return create(values);
    if (verb === "list" && rest.length === 0) return list();
    if (verb === "withdraw" && rest[0] && rest.length === 1) return withdraw(rest[0]);
    throw new UsageError("");
  },
});

type Wish = {
  name?: string;
  client?: string;
  connections: string;
  calls: string;
  replace: boolean;
};

async function create(wish: Wish) {
  const name = wish.name?.trim() ?? "";
  if (!/^[^\p{C}]{1,60}$/u.test(name)) {
    throw new CommandError("Say whose key it is, in at most 60 characters: --name crm");
  }
  const ids = linkableConnections().map(({ id }) => id);
  const strangers = listed(wish.connections).filter((each) => !ids.includes(each));
  if (strangers.length > 0) throw noSuch(`connection ${strangers.join(" or ")}`, ids);
  const calls = listed(wish.calls).map(callNamed);
  if (calls.length === 0) throw new CommandError(`Name calls of ${keyCalls.join(", ")}.`);
  const client = wish.client ?? null;
  const forClients = calls.filter((each) => clientCalls.includes(each));
  if (client === null && forClients.length > 0) {
    throw new CommandError(
      `${forClients.join(", ")} is about a client's users: say whose key it is with --client. Clients are made with npm run clients.`,
    );
  }
  const key = await madeFor(
    { name, connections: listed(wish.connections), calls, client },
    wish.replace,
  );
  print(key.text);
  tell(`✓ This is the key "${name}". It is shown only now and cannot be read back.`);
  return 0;
}

async function madeFor(wish: Parameters<typeof makeKey>[0], replaces: boolean) {
  try {
    return await (replaces ? replaceKey(wish) : makeKey(wish));
  } catch (error) {
    if (!(error instanceof NoSuchClient)) throw error;
    const ids = (await listClients()).map(({ id }) => id);
    throw noSuch(`client ${wish.client}`, ids);
  }
}

function callNamed(name: string): KeyCall {
  const call = keyCalls.find((each) => each === name);
  if (!call) throw noSuch(`call ${name}`, keyCalls);
  return call;
}

async function list() {
  const keys = await listKeys();
  const lines = keys.map((key) => [
    key.id,
    key.name,
    key.clientId ?? "none",
    key.calls.join(" "),
    key.connections.join(" ") || "all",
    day(key.createdAt),
    key.lastUsedAt
      ? `${day(key.lastUsedAt)} ${key.lastUsedAt.toISOString().slice(11, 16)}`
      : "never",
    key.withdrawnAt ? `withdrawn ${day(key.withdrawnAt)}` : "works",
  ]);
  const head = ["Id", "Name", "Client", "Calls", "Connections", "Created", "Last used (UTC)", ""];
  print(...aligned([head, ...lines]));
  return 0;
}

async function withdraw(id: string) {
  if (!(await withdrawKey(id))) throw new CommandError(`There is no key "${id}" that works.`);
  tell(`✓ ${id} is withdrawn: it stops working within ${KEY_MEMORY_SECONDS} seconds.`);
  return 0;
}

function listed(text: string) {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}

function day(moment: Date) {
  return moment.toISOString().slice(0, 10);
}

import { randomUUID } from "node:crypto";
import {
  changeClient,
  createClient,
  listClients,
  removeClient,
} from "@/lib/accounts/clients/clients";
import { registeredUrl, returnUrlProblem } from "@/lib/accounts/clients/return-url";
import { revokeSoon } from "@/lib/accounts/revocation/revocations";
import { settingThatNames } from "@/lib/conversation/configuration";
import { CommandError, command, noSuch, UsageError } from "./command";
import { print, tell } from "./print";
import { aligned } from "./table";

/** Clients: systems of others that may use links which their users have granted to them. */

const keyFor = (id: string) =>
  `npm run keys -- create --client ${id} --name backend --calls links,token,headers,unlink,events,connect,erase`;

const USAGE = `How to use it:
  npm run clients -- create <id> --name "Acme CRM" [--return-url https://crm.example/portals] [--return-url …]
  npm run clients -- change <id> [--name "Acme"] [--return-url …]
  npm run clients -- list
  npm run clients -- remove <id> --yes

The id is yours to choose: small letters, digits and hyphens. Users of a client are sent back to its return addresses only;
"change" puts those that are named in place of all there were. "remove" withdraws the client's keys, ends its grants, and
removes what only its users had. Its keys are made with:
  ${keyFor("<id>")}`;

await command({
  usage: USAGE,
  words: true,
  options: {
    name: { type: "string" },
    "return-url": { type: "string", multiple: true },
    yes: { type: "boolean", default: false },
  },
  run: async ({ values, positionals: [verb, id, ...more] }) => {
    const { name, "return-url": returnUrls, yes } = values;
    const wish = { name, returnUrls };
    if (more.length > 0) throw new UsageError("");
    if (verb === "list" && id === undefined) return list();
    if (verb === "create" && id) return create(id, wish);
    if (verb === "change" && id) return change(id, wish);
    if (verb === "remove" && id) return remove(id, yes);
    throw new UsageError("");
  },
});

type Wish = { name: string | undefined; returnUrls: string[] | undefined };

async function create(id: string, { name, returnUrls = [] }: Wish) {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(id)) {
    throw new CommandError(
      "An id has at most 40 small letters, digits and hyphens, such as acme-crm.",
    );
  }
  const client = { id, name: nameFrom(name ?? ""), returnUrls: returnUrls.map(returnUrlFrom) };
  if (!(await createClient(client))) throw new CommandError(`There is a client "${id}" already.`);
  tell(`✓ The client "${id}" is there. Make a key for it: ${keyFor(id)}`);
  return 0;
}

async function change(id: string, { name, returnUrls }: Wish) {
  if (name === undefined && !returnUrls) throw new UsageError("Say what is to change.");
  const wish = {
    ...(name !== undefined && { name: nameFrom(name) }),
    ...(returnUrls && { returnUrls: returnUrls.map(returnUrlFrom) }),
  };
  if (!(await changeClient(id, wish))) throw await noSuchClient(id);
  tell(`✓ The client "${id}" is changed.`);
  return 0;
}

async function list() {
  const lines = (await listClients()).map((client) => [
    client.id,
    client.name,
    String(client.users),
    String(client.links),
    String(client.keys),
    client.createdAt.toISOString().slice(0, 10),
    client.returnUrls.join(" ") || "none",
  ]);
  const head = ["Id", "Name", "Users", "Links", "Keys", "Created", "Return addresses"];
  print(...aligned([head, ...lines]));
  return 0;
}

async function remove(id: string, yes: boolean) {
  const client = (await listClients()).find((each) => each.id === id);
  if (!client) throw await noSuchClient(id);
  const setting = settingThatNames(id);
  if (setting) {
    throw new CommandError(
      `${setting} is ${id}, and without that client the app does not start: remove the setting first.`,
    );
  }
  if (!yes) {
    const { users, links, keys } = client;
    throw new CommandError(
      `This withdraws ${keys} keys, ends the use of ${links} links for ${users} users, and removes what only they had. Say so with --yes.`,
    );
  }
  await revokeSoon((await removeClient(id, randomUUID())) ?? []);
  tell(
    `✓ The client "${id}" is removed. What portals have yet to take back is tried again by the app.`,
  );
  return 0;
}

async function noSuchClient(id: string) {
  const ids = (await listClients()).map((client) => client.id);
  return noSuch(`client ${id}`, ids);
}

function nameFrom(text: string): string {
  const name = text.trim();
  if (/^[^\p{C}]{1,60}$/u.test(name)) return name;
  throw new CommandError('Say what people call it, in at most 60 characters: --name "Acme CRM"');
}

function returnUrlFrom(address: string): string {
  const problem = returnUrlProblem(address);
  if (problem) throw new CommandError(`${address} ${problem}.`);
  return registeredUrl(address);
}

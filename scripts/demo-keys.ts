import {
  type Client,
  changeClient,
  createClient,
  listClients,
} from "@/lib/accounts/clients/clients";
import { defaultCalls, type KeyCall, replaceKey } from "@/lib/accounts/clients/service-keys";
import { command, UsageError } from "./command";
import { print } from "./print";

/**
 * The keys of the demo, made together because each command has to open the database: one for a back end of the team's own,
 * and where there is an example CRM one for that client. A key cannot be read back, so each start makes them anew and
 * withdraws the last.
 */

const USAGE = `How to use it:
  node --conditions=react-server --import tsx scripts/demo-keys.ts [--crm http://localhost:4650]

Prints a key without a client, and with --crm a second one, of the client "example-crm" whose users are sent back there.`;

const crmCalls: readonly KeyCall[] = ["links", "headers", "connect", "unlink", "events"];

await command({
  usage: USAGE,
  options: { crm: { type: "string" } },
  run: async ({ values: { crm } }) => {
    const key = { name: "demo", connections: [] };
    print((await replaceKey({ ...key, calls: defaultCalls })).text);
    if (!crm) return 0;
    if (!URL.canParse(crm)) throw new UsageError("Say where the example CRM is.");
    const returnUrls = [new URL("/portals/back", crm).href];
    await ensureClient({ id: "example-crm", name: "Example CRM", returnUrls });
    print((await replaceKey({ ...key, calls: crmCalls, client: "example-crm" })).text);
    return 0;
  },
});

/** Nothing is written where it is there as it should be. */
async function ensureClient(client: Client) {
  const known = (await listClients()).find(({ id }) => id === client.id);
  if (!known) await createClient(client);
  else if (String(known.returnUrls) !== String(client.returnUrls)) {
    await changeClient(client.id, client);
  }
}

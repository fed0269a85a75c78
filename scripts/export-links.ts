import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { listClients } from "@/lib/accounts/clients/clients";
import { exportLinks } from "@/lib/accounts/imports/export-links";
import { CommandError, command, noSuch, UsageError } from "./command";
import { interruption } from "./interruption";
import { tell } from "./print";
import { sealFor } from "./recipient";

const USAGE = `How to use it:
  npm run export-links -- --client acme --recipient key.pem --out links.jsonl

Writes a line for each link that a client may use, with all that it needs to go on without Portico. The tokens are sealed for
the public key of --recipient (JWE; a JWK, or PEM), so only its owner can open them. What is sealed in "tokens" has the form
that npm run import-links takes. A link that is a person's own is listed without tokens. Each link that is handed out
stands in the record of what happened. Portico goes on renewing them: remove the client when it has moved.`;

await command({
  usage: USAGE,
  options: {
    client: { type: "string" },
    recipient: { type: "string" },
    out: { type: "string" },
  },
  run: async ({ values: { client, recipient, out } }) => {
    if (!client) throw new UsageError("Say whose links they are: --client acme.");
    if (!recipient) throw new UsageError("Say for whom they are sealed: --recipient key.pem.");
    if (!out) throw new UsageError("Say where they go: --out links.jsonl.");
    const seal = await sealFor(recipient);
    const ids = (await listClients()).map(({ id }) => id);
    if (!ids.includes(client)) throw noSuch(`client ${client}`, ids);
    if (existsSync(out)) throw new CommandError(`${out} is there already.`);
    writeFileSync(out, "", { mode: 0o600 });
    const stop = interruption();
    let [all, without] = [0, 0];
    for await (const link of exportLinks(client, seal, randomUUID())) {
      if (stop.signal.aborted) break;
      appendFileSync(out, `${JSON.stringify(link)}\n`);
      all += 1;
      if (link.tokens === null) without += 1;
    }
    tell(`✓ ${all} links are in ${out}, ${without} of them without tokens.`);
    return stop.code() ?? 0;
  },
});

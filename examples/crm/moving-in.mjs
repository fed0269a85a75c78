import { readFileSync } from "node:fs";

/**
 * For a CRM that has tokens of its own and moves to Portico: writes the file that `npm run import-links` reads, a line for each
 * connection, from the table that the CRM kept them in.
 *
 *   node examples/crm/moving-in.mjs connections.json > links.jsonl
 *
 * @typedef {{ agent: { id: string, name?: string, email?: string }, portal: string, label?: string, token: string,
 *   secret?: string, refreshToken?: string, endsAt?: string, scopes?: string[] }} Connection one row of that table
 */

/** Our names of the portals, and Portico's. A board or site is a connection of its own. */
const connections = {
  federia: "mlsconnect-federia",
  flexmls: "spark",
  immoscout24: "immoscout24",
  otodom: "olx-otodom",
};

/** @param {Connection} row @returns {object} the body of `POST /api/v1/links` */
function lineOf({ agent, portal, label, token, secret, refreshToken, endsAt, scopes }) {
  const connection = connections[/** @type {keyof typeof connections} */ (portal)];
  if (!connection) throw new Error(`Say what Portico calls the portal "${portal}".`);
  return {
    user: { external_id: agent.id, name: agent.name, email: agent.email },
    connection,
    label,
    tokens: {
      access_token: token,
      token_secret: secret,
      refresh_token: refreshToken,
      expires_at: endsAt,
      scope: scopes?.join(" "),
    },
  };
}

const [file = ""] = process.argv.slice(2);
/** @type {Connection[]} */
const table = JSON.parse(readFileSync(file, "utf8"));
for (const row of table) process.stdout.write(`${JSON.stringify(lineOf(row))}\n`);

import { Client } from "pg";
import * as serviceKeys from "../lib/accounts/clients/service-keys.ts";
import { openDatabase } from "../lib/db/open.ts";
import { processWide } from "../lib/process/process-wide.ts";

/** Portico's side: links in its database, and its app's calls. */

export const open = (url) => openDatabase({ url, directory: "" });

/** A service key for every call, in a database that is not this process's own. */
export async function makeKey(opened, { client = null, calls = ["token"] } = {}) {
  const database = processWide("database", () => ({ opening: null }));
  database().opening = Promise.resolve(opened);
  const { text } = await serviceKeys.makeKey({ name: "bench", connections: [], calls, client });
  database().opening = null;
  return text;
}

/** Makes tokens good for hours. */
export function renew(db, links) {
  const expires = Math.floor(Date.now() / 1000) + 10 * 60 * 60;
  return db.account.updateMany({ where: { id: { in: links } }, data: { expires_at: expires } });
}

/**
 * Links that are never asked for, around those that are measured: copies of one, sealed columns and all. They have a
 * connection of their own, without our limits of time.
 * @param count how many; ten belong to a user
 */
export async function addCopies(url, link, count) {
  const session = new Client(url);
  await session.connect();
  const { rows } = await session.query(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = 'Account' ORDER BY ordinal_position`,
  );
  const others = { id: "gen_random_uuid()", userId: "u.id", providerAccountId: "u.id || n" };
  const names = rows.map(({ name }) => `"${name}"`);
  const values = rows.map(({ name }) => others[name] ?? `a."${name}"`);
  await session.query(
    `WITH u AS (
       INSERT INTO "User" (id, "updatedAt")
       SELECT gen_random_uuid(), now() FROM generate_series(1, ${Math.ceil(count / 10)}) RETURNING id)
     INSERT INTO "Account" (${names})
     SELECT ${values} FROM "Account" a, u, generate_series(1, 10) n WHERE a.id = '${link}'`,
  );
  await session.end();
}

/** What PostgreSQL does by itself after a while, and what would otherwise be measured with the rest. */
export async function tidy(url) {
  const session = new Client(url);
  await session.connect();
  await session.query("VACUUM (ANALYZE)");
  await session.query("CHECKPOINT");
  await session.end();
}

/** One call for a token, to an address of the app. */
export function tokenCall(url, key, link) {
  return {
    url: `${url}/api/v1/links/${link}/token`,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: "{}",
  };
}

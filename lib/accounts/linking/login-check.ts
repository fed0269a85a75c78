import "server-only";
import { connections } from "@/lib/conversation/configuration";
import { type Database, database, type Transaction } from "@/lib/db/database";
import { table } from "@/lib/db/tables";
import { type Connection, variablesOf } from "@/lib/portals/connections";
import { loginKey } from "@/lib/portals/login";

/**
 * Whether the company login is the one that it was. Another issuer's ids are other people: a person who has come in by the first would not be
 * found again, and a client's users would be matched with strangers.
 *
 * @returns a sentence for each thing that is not as it was
 */
export async function loginErrors(): Promise<string[]> {
  const errors: string[] = [];
  for (const connection of connections()) {
    if (connection.login) errors.push(...(await errorsOf(connection)));
  }
  return errors;
}

async function errorsOf(connection: Connection): Promise<string[]> {
  const { login, issuer } = connection;
  if (!login || issuer === null) return [];
  const db = await database();
  const variable = `${variablesOf(connection)}_ISSUER`;
  const { users, before } = await peopleOfOthers(db, connection.id, issuer);
  const changed = `${variable} is ${issuer}, but people have come in by ${before}: put that one back, or remove those users first (npm run erase-user). ${listed(users)}`;
  return [
    ...(users.length > 0 ? [changed] : []),
    ...(login.client === null ? [] : await clientErrors(db, connection, login.client)),
  ];
}

/** Who came in by another issuer, and by which the first of them did. */
async function peopleOfOthers(db: Database, provider: string, issuer: string) {
  const rows = await db.$queryRaw<{ userId: string; key: string }[]>`
    SELECT "userId", "providerAccountId" AS key FROM ${table(db, "Account")}
    WHERE provider = ${provider} AND NOT starts_with("providerAccountId", ${loginKey(issuer, "")})
    ORDER BY "createdAt", id`;
  const users = [...new Set(rows.map(({ userId }) => userId))];
  return { users, before: rows[0]?.key.split(" ")[0] };
}

const NAMED = 5;

function listed(users: readonly string[]) {
  const named = users.slice(0, NAMED).join(", ");
  if (users.length === 1) return `There is one: ${named}.`;
  return `There are ${users.length}${users.length > NAMED ? ", first of them" : ":"} ${named}.`;
}

/** Whether people are here who came in by an issuer. */
async function hasPeopleOf(db: Database | Transaction, provider: string, issuer: string) {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM ${table(db, "Account")}
    WHERE provider = ${provider} AND starts_with("providerAccountId", ${loginKey(issuer, "")}) LIMIT 1`;
  return rows.length > 0;
}

async function clientErrors(db: Database, connection: Connection, id: string): Promise<string[]> {
  const { id: provider, issuer } = connection;
  const client = await db.client.findUnique({ where: { id }, select: { loginIssuer: true } });
  const variables = variablesOf(connection);
  if (!client) {
    return [
      `${variables}_CLIENT is ${id}, and there is no such client: make it first (npm run clients), or remove the setting.`,
    ];
  }
  const { loginIssuer: bound } = client;
  if (bound === null || bound === issuer || !(await hasPeopleOf(db, provider, bound))) return [];
  return [
    `${variables}_CLIENT is ${id}, whose users are those of ${bound}, and ${variables}_ISSUER is ${issuer}: put that one back, or name another client.`,
  ];
}

/**
 * Binds a client, whose row is locked, to the issuer of a login whose person is one of its users. Only then: a setting that lets no one in
 * has bound nothing.
 * @returns false where it is another issuer's, by which people have come in
 */
export async function bindClient(
  tx: Transaction,
  id: string,
  { id: provider, issuer: loginIssuer }: Connection,
): Promise<boolean> {
  const where = { id };
  const { loginIssuer: bound } = await tx.client.findUniqueOrThrow({
    where,
    select: { loginIssuer: true },
  });
  if (bound === loginIssuer) return true;
  if (bound !== null && (await hasPeopleOf(tx, provider, bound))) return false;
  await tx.client.update({ where, data: { loginIssuer } });
  return true;
}

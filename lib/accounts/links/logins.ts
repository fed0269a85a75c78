import "server-only";
import { findConnection } from "@/lib/conversation/configuration";
import { database } from "@/lib/db/database";
import { signInOnly } from "@/lib/portals/sign-in-only";
import { isWayIn, wayInColumns } from "./unlink";

/** What a user comes in by that is no link: it is in no list of those, and is named only where ways in are. */
export type Login = { connection: string; name: string };

export async function loginsOf(user: { id: string }): Promise<Login[]> {
  const offered = signInOnly.filter((id) => findConnection(id));
  if (offered.length === 0) return [];
  const db = await database();
  const rows = await db.account.findMany({
    where: { userId: user.id, provider: { in: offered } },
    orderBy: { createdAt: "asc" },
    select: wayInColumns,
  });
  return rows.filter(isWayIn).flatMap(({ provider: connection }) => {
    const name = findConnection(connection)?.portal.name;
    return name === undefined ? [] : [{ connection, name }];
  });
}

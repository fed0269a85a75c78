import "server-only";
import { connections, findConnection } from "@/lib/conversation/configuration";
import { databaseNow } from "@/lib/db/clock";
import { database } from "@/lib/db/database";
import type { Connection } from "@/lib/portals/connections";
import type { Environment } from "@/lib/portals/portal";
import type { LinkedPortal, LinkStatus } from "../links/linked-portal";
import { EnvironmentName, shownMember } from "../links/linked-portals";
import { consentByOf, lastCallOf, statusColumns, statusOf } from "../links/status";
import { connectionOf } from "../tokens/link-tokens";
import { maySee, type ServiceKey } from "./service-keys";

/** A link as a team's back end sees it: no token has room here. */
export type ListedLink = {
  id: string;
  user: string;
  connection: string;
  environment: Environment;
  member: { id: string | null } & Pick<LinkedPortal["member"], "name" | "email" | "agency">;
  status: LinkStatus;
  /** By when the user has to connect again at the latest, where the portal has said so. */
  consentBy: Date | null;
  linkedAt: Date;
};

export type LinkFilter = {
  user: string | null;
  connection: string | null;
  /** The member's id at the portal. */
  member: string | null;
};

/** The links that a key may see, in the order of their ids, and the id after which the next page begins. */
export async function listLinks(
  key: ServiceKey,
  filter: LinkFilter,
  { after, limit }: { after: string | null; limit: number },
  given?: Date,
): Promise<{ links: ListedLink[]; next: string | null }> {
  const visible = connections().filter((connection) => isAskedFor(connection, key, filter));
  if (visible.length === 0) return { links: [], next: null };
  const now = given ?? (await databaseNow());
  const db = await database();
  const rows = await db.account.findMany({
    where: {
      provider: { in: visible.map(({ id }) => id) },
      ...(filter.user !== null && { userId: filter.user }),
      ...(filter.member !== null && { providerAccountId: filter.member }),
      ...(after !== null && { id: { gt: after } }),
    },
    orderBy: { id: "asc" },
    take: limit + 1, // one more tells whether there is a next page
    select: {
      id: true,
      userId: true,
      provider: true,
      providerAccountId: true,
      environment: true,
      member: true,
      createdAt: true,
      ...statusColumns,
    },
  });
  const page = rows.slice(0, limit);
  return {
    links: page.flatMap((row) => {
      const connection = findConnection(row.provider);
      if (!connection) return [];
      const { name, email, agency } = shownMember(row.member);
      const id = isIdentified(connection) ? row.providerAccountId : null;
      return {
        id: row.id,
        user: row.userId,
        connection: row.provider,
        environment: EnvironmentName.parse(row.environment),
        member: { id, name, email, agency },
        status: connectionOf(row) ? statusOf(row, connection, now) : setAside(row),
        consentBy: consentByOf(row, connection),
        linkedAt: row.createdAt,
      };
    }),
    next: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}

/** It is used in another environment than it was made in: that does not mend itself, however its last call went. */
function setAside(row: Parameters<typeof lastCallOf>[0]): LinkStatus {
  const checkedAt = lastCallOf(row);
  return checkedAt
    ? { state: "broken", reason: "other_environment", checkedAt }
    : { state: "unknown" };
}

function isAskedFor(
  connection: Connection,
  key: ServiceKey,
  { connection: id, member }: LinkFilter,
) {
  if (!maySee(key, connection.id)) return false;
  if (id !== null && connection.id !== id) return false;
  return member === null || isIdentified(connection);
}

/** Elsewhere a link's key is our own, and says nothing of a member. */
function isIdentified({ portal }: Connection) {
  return portal.member.identified;
}

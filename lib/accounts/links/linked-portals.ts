import "server-only";
import { z } from "zod";
import { findConnection } from "@/lib/conversation/configuration";
import { databaseNow } from "@/lib/db/clock";
import { database } from "@/lib/db/database";
import { shortNameOf } from "@/lib/portals/connections";
import { shownText } from "@/lib/portals/text";
import { connectionOf, isPasted, onlyLinks } from "../tokens/link-tokens";
import type { LinkedPortal } from "./linked-portal";
import { consentByOf, statusColumns, statusOf } from "./status";
import { isWayIn, wayInColumns } from "./unlink";

/** What `complete()` keeps of a member that a page shows. */
const StoredMember = z.object({
  name: shownText, // also of links that were made before names were cut
  email: shownText,
  agency: shownText,
  listings: z
    .number()
    .nullish()
    .transform((value) => value ?? null),
});

const unknownMember = { name: null, email: null, agency: null, listings: null };

export const EnvironmentName = z.enum(["production", "staging", "sandbox"]);

/**
 * A user's links, oldest first. A link whose connection this deployment no longer configures is not shown: there is
 * nothing that could be done with it here.
 */
export async function linkedPortals(user: { id: string }, given?: Date): Promise<LinkedPortal[]> {
  const now = given ?? (await databaseNow());
  const db = await database();
  const rows = await db.account.findMany({
    where: { userId: user.id, ...onlyLinks },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: {
      id: true,
      ...wayInColumns,
      member: true,
      createdAt: true,
      grants: {
        select: { clientUser: { select: { client: { select: { id: true, name: true } } } } },
        orderBy: { clientId: "asc" },
      },
      ...statusColumns,
    },
  });
  return rows.flatMap((row) => {
    const connection = findConnection(row.provider);
    if (!connection) return [];
    const { name, monogram, colour } = connection.portal;
    return [
      {
        id: row.id,
        connection: row.provider,
        portal: { name, monogram, colour },
        choiceLabel: connection.choice?.label ?? null,
        shortName: shortNameOf(connection),
        environment: EnvironmentName.parse(row.environment),
        member: shownMember(row.member),
        identified: connection.portal.member.identified,
        otherEnvironment: row.environment !== connection.environment,
        pasted: isPasted(row),
        wayIn: isWayIn(row),
        linkedAt: row.createdAt,
        status: statusOf(row, connectionOf(row), now),
        consentBy: consentByOf(row, connection),
        clients: row.grants.map(({ clientUser }) => clientUser.client),
      },
    ];
  });
}

/** Of what is stored about a member, what is shown. */
export function shownMember(stored: unknown): LinkedPortal["member"] {
  return StoredMember.safeParse(stored).data ?? unknownMember;
}

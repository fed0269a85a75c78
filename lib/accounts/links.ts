import "server-only";
import { z } from "zod";
import { database } from "@/lib/db/database";
import { findConnection } from "./configuration";
import type { LinkedPortal, LinkStatus } from "./linked-portal";

/** What `complete()` keeps of a member that a page shows. */
const StoredMember = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  agency: z.string().nullable(),
});

const unknownMember = { name: null, email: null, agency: null };

const EnvironmentName = z.enum(["production", "staging"]);

/**
 * A user's links, oldest first. A link whose connection this deployment no longer configures is not shown: there is
 * nothing that could be done with it here.
 */
export async function linkedPortals(user: { id: string }): Promise<LinkedPortal[]> {
  const db = await database();
  const rows = await db.account.findMany({
    where: { userId: user.id },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: {
      id: true,
      provider: true,
      environment: true,
      member: true,
      createdAt: true,
      checkedAt: true,
      checkOutcome: true,
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
        environment: EnvironmentName.parse(row.environment),
        member: StoredMember.safeParse(row.member).data ?? unknownMember,
        linkedAt: row.createdAt,
        status: statusOf(row),
      },
    ];
  });
}

/** The outcome and the time of the last real call to the portal; a link that was never tried is not called working. */
function statusOf(row: { checkedAt: Date | null; checkOutcome: string | null }): LinkStatus {
  const { checkedAt, checkOutcome } = row;
  if (!checkedAt || !checkOutcome) return { state: "unknown" };
  if (checkOutcome === "ok") return { state: "connected", checkedAt };
  return { state: "broken", reason: checkOutcome, checkedAt };
}

import "server-only";
import { z } from "zod";
import { database } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";

/** So many of a user's last events are looked through, and no more: they have no index by link. */
const LOOKED_THROUGH = 5_000;

const Row = z.object({ client: z.string().nullable(), at: z.date() });

/** When each client last had a credential of a link, by its id; null stands for keys of the team's own. */
export async function lastUses(
  user: { id: string },
  link: string,
): Promise<Map<string | null, Date>> {
  const db = await database();
  const rows = await db.$queryRaw`
    SELECT key."clientId" AS client, max(recent.at) AS at
    FROM (
      SELECT at, action, outcome, actor, "accountId" FROM ${table(db, "AuditEvent")}
      WHERE "userId" = ${user.id} ORDER BY id DESC LIMIT ${Prisma.raw(String(LOOKED_THROUGH))}
    ) AS recent
    LEFT JOIN ${table(db, "ServiceKey")} AS key ON recent.actor = 'key:' || key.id
    WHERE recent."accountId" = ${link} AND recent.action = 'vend' AND recent.outcome = 'succeeded'
    GROUP BY key."clientId"`;
  return new Map(
    z
      .array(Row)
      .parse(rows)
      .map(({ client, at }) => [client, at]),
  );
}

import "server-only";
import { z } from "zod";
import { findConnection } from "@/lib/conversation/configuration";
import { keyOf, type PortalTrouble, portalsInTrouble } from "@/lib/conversation/health";
import { poolUnder } from "@/lib/db/client";
import { databaseNow } from "@/lib/db/clock";
import { database } from "@/lib/db/database";
import type { Prisma } from "@/lib/db/generated/client";
import { tableName } from "@/lib/db/tables";
import { badgeOf, type Connection } from "@/lib/portals/connections";
import { portals } from "@/lib/portals/registry";
import { portalOf, retiredBadge } from "@/lib/portals/retired";
import { signInOnly } from "@/lib/portals/sign-in-only";
import { shownText } from "@/lib/portals/text";
import { connectionOf, isPasted } from "../tokens/link-tokens";
import type { LinkedPortal } from "./linked-portal";
import { consentByOf, statusColumns, statusOf } from "./status";
import { isWayIn } from "./unlink";

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

/** A user's links, oldest first; also those whose connection this deployment does not configure any more. */
export async function linkedPortals(user: { id: string }, given?: Date): Promise<LinkedPortal[]> {
  const [now, rows] = await Promise.all([given ?? databaseNow(), storedLinks(user)]);
  const troubles = rows.length > 0 ? await portalsInTrouble(now) : [];
  return rows.flatMap((row) => linkedPortal(row, troubles, now));
}

const columns = {
  ...{ id: true, provider: true, environment: true, type: true },
  ...{ member: true, label: true, createdAt: true },
  ...statusColumns,
} as const;

const COLUMNS = Object.keys(columns)
  .map((column) => `a."${column}"`)
  .join(", ");

type Row = Prisma.AccountGetPayload<{ select: typeof columns }> & {
  ofClient: boolean;
  clients: LinkedPortal["clients"];
};

/** One statement past Prisma, which makes five of it: every page of a user's asks for all of their links (docs/benchmarks.md). */
async function storedLinks(user: { id: string }): Promise<Row[]> {
  const db = await database();
  const [accounts, users] = [tableName(db, "Account"), tableName(db, "User")];
  const [grants, clients] = [tableName(db, "Grant"), tableName(db, "Client")];
  const text = `SELECT ${COLUMNS}, u."ofClient", ARRAY(
      SELECT json_build_object('id', c.id, 'name', c.name) FROM ${grants} g JOIN ${clients} c ON c.id = g."clientId"
      WHERE g."accountId" = a.id ORDER BY c.id) AS clients
    FROM ${accounts} a JOIN ${users} u ON u.id = a."userId"
    WHERE a."userId" = $1 AND a.provider <> ALL($2) ORDER BY a."createdAt", a.id`;
  const { rows } = await poolUnder(db).query<Row>(text, [user.id, signInOnly]);
  return rows;
}

/** A list of one, or of none: there are no links to what never was a portal of ours. */
function linkedPortal(row: Row, troubles: readonly PortalTrouble[], now: Date): LinkedPortal[] {
  const connection = findConnection(row.provider);
  const portal = connection?.portal ?? portalOf(portals, row.provider);
  const badge = connection ? badgeOf(connection) : retiredBadge(portals, row.provider);
  if (!portal || !badge) return [];
  const usable = connectionOf(row);
  return [
    {
      ...{ id: row.id, connection: row.provider, badge, label: row.label },
      environment: EnvironmentName.parse(row.environment),
      member: shownMember(row.member),
      identified: portal.member.identified,
      aside: usable ? null : connection ? "other_environment" : "not_offered",
      pasted: isPasted(row),
      wayIn: isWayIn({ ...row, user: row }),
      linkedAt: row.createdAt,
      status: statusOf(row, usable, now),
      troubleSince: (usable && troubles.find((each) => isAt(each, usable))?.since) ?? null,
      consentBy: usable && consentByOf(row, usable),
      clients: row.clients,
    },
  ];
}

function isAt({ portal, environment }: PortalTrouble, connection: Connection) {
  const key = keyOf(connection);
  return key.portal === portal && key.environment === environment;
}

/** Of what is stored about a member, what is shown. */
export function shownMember(stored: unknown): LinkedPortal["member"] {
  return StoredMember.safeParse(stored).data ?? unknownMember;
}

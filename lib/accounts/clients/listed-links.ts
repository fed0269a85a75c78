import "server-only";
import { z } from "zod";
import { connections, findConnection } from "@/lib/conversation/configuration";
import { databaseNow } from "@/lib/db/clock";
import { database } from "@/lib/db/database";
import type { Prisma } from "@/lib/db/generated/client";
import type { Connection } from "@/lib/portals/connections";
import type { Environment, Office } from "@/lib/portals/portal";
import { toldId } from "@/lib/portals/text";
import type { LinkedPortal, LinkStatus } from "../links/linked-portal";
import { EnvironmentName, shownMember } from "../links/linked-portals";
import { consentByOf, lastCallOf, statusColumns, statusOf } from "../links/status";
import { connectionOf } from "../tokens/link-tokens";
import { maySee, type ServiceKey } from "./service-keys";

/** A link as a team's back end sees it: no token has room here. */
export type ListedLink = {
  id: string;
  /** Whose it is; null to a client, who has names of its own for its users. */
  user: string | null;
  /** The client's name for the user it may use the link for; null without a client. */
  externalId: string | null;
  connection: string;
  environment: Environment;
  label: string | null;
  member: { id: string | null } & Pick<LinkedPortal["member"], "name" | "email" | "agency"> &
    Required<Office>;
  status: LinkStatus;
  /** By when the user has to connect again at the latest, where the portal has said so. */
  consentBy: Date | null;
  linkedAt: Date;
};

/** What `complete()` keeps of a member's office; nothing of links that are older than that. */
const StoredOffice = z.object({
  agencyId: toldId,
  officeId: toldId,
  officeKey: toldId,
  officeMlsId: toldId,
  memberMlsId: toldId,
  mlsId: toldId,
});
const StoredMember = z.object({ office: StoredOffice });

const unknownOffice = StoredOffice.parse({});

function officeOf(stored: unknown): Required<Office> {
  return StoredMember.safeParse(stored).data?.office ?? unknownOffice;
}

/** What is not named does not matter. */
export type LinkFilter = {
  id?: string;
  user?: string;
  /** For a client's key: the client's name for its user. */
  externalId?: string;
  connection?: string;
  /** The member's id at the portal. */
  member?: string;
  state?: LinkStatus["state"];
};

/**
 * How a link is depends on the time and on what its portal allows, so no index knows it. For a page of links in one state so many rows
 * are read at most; it may hold fewer links than were asked for, or none, before the last page.
 */
const READ_FOR_A_STATE = 2_000;

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
  const take = filter.state ? READ_FOR_A_STATE : limit;
  const rows = await readRows(key.client, visible, filter, { after, take: take + 1 }); // one more tells whether there is a next page
  const links: ListedLink[] = [];
  let last: string | null = null;
  for (const row of rows.slice(0, take)) {
    if (links.length === limit) return { links, next: last };
    last = row.id;
    const link = listedLink(row, key.client, now);
    if (link && (!filter.state || link.status.state === filter.state)) links.push(link);
  }
  return { links, next: rows.length > take ? last : null };
}

/** One link, if the key may see it: by the same question as many. */
export async function findListedLink(key: ServiceKey, id: string): Promise<ListedLink | null> {
  const { links } = await listLinks(key, { id }, { after: null, limit: 1 });
  return links[0] ?? null;
}

const columns = {
  id: true,
  userId: true,
  provider: true,
  providerAccountId: true,
  environment: true,
  member: true,
  label: true,
  createdAt: true,
  ...statusColumns,
} as const;

type Row = Prisma.AccountGetPayload<{ select: typeof columns }> & { externalId: string | null };

/** A client's links are read by its grants, so that what others have costs nothing. */
async function readRows(
  client: string | null,
  visible: readonly Connection[],
  { id, user, externalId, member }: LinkFilter,
  { after, take }: { after: string | null; take: number },
): Promise<Row[]> {
  const db = await database();
  const link = {
    provider: { in: visible.map((connection) => connection.id) },
    ...(user !== undefined && { userId: user }),
    ...(member !== undefined && { providerAccountId: member }),
  };
  const range = {
    ...(id !== undefined && { equals: id }),
    ...(after !== null && { gt: after }),
  };
  if (client === null) {
    const where = { ...link, id: range };
    const rows = await db.account.findMany({
      where,
      orderBy: { id: "asc" },
      take,
      select: columns,
    });
    return rows.map((row) => ({ ...row, externalId: null }));
  }
  const grants = await db.grant.findMany({
    where: {
      clientId: client,
      accountId: range,
      ...(externalId !== undefined && { externalId }),
      account: link,
    },
    orderBy: { accountId: "asc" },
    take,
    select: { externalId: true, account: { select: columns } },
  });
  return grants.map(({ account, ...grant }) => ({ ...account, ...grant }));
}

function listedLink(row: Row, client: string | null, now: Date): ListedLink | null {
  const connection = findConnection(row.provider);
  if (!connection) return null;
  const { name, email, agency } = shownMember(row.member);
  const id = isIdentified(connection) ? row.providerAccountId : null;
  return {
    id: row.id,
    user: client === null ? row.userId : null,
    externalId: row.externalId,
    connection: row.provider,
    environment: EnvironmentName.parse(row.environment),
    label: row.label,
    member: { id, name, email, agency, ...officeOf(row.member) },
    status: connectionOf(row) ? statusOf(row, connection, now) : setAside(row),
    consentBy: consentByOf(row, connection),
    linkedAt: row.createdAt,
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
  if (id !== undefined && connection.id !== id) return false;
  return member === undefined || isIdentified(connection);
}

/** Elsewhere a link's key is our own, and says nothing of a member. */
function isIdentified({ portal }: Connection) {
  return portal.member.identified;
}

import "server-only";
import { connections } from "@/lib/conversation/configuration";
import { keyOf, type PortalKey, type PortalNews } from "@/lib/conversation/health";
import type { Transaction } from "@/lib/db/database";
import { table } from "@/lib/db/tables";
import { OPERATOR } from "./record";

/**
 * Tells every reader of a portal's trouble, or of its end, by each connection that the portal is asked through: which links that
 * concerns, `GET /links` says.
 */
export async function tellOfPortal(tx: Transaction, key: PortalKey, news: PortalNews) {
  const ids = connections()
    .filter((connection) => isOf(connection, key))
    .map(({ id }) => id);
  const type = `portal.${news.kind}`;
  const reason = news.kind === "trouble_began" ? news.reason : null;
  await tx.$executeRaw`
    INSERT INTO ${table(tx, "Event")} (reader, type, connection, reason)
    SELECT reader, ${type}, connection, ${reason}
    FROM unnest(${ids}::text[]) AS connection,
      (SELECT ${OPERATOR} AS reader UNION ALL SELECT id FROM ${table(tx, "Client")}) AS readers`;
}

function isOf(connection: Parameters<typeof keyOf>[0], { portal, environment }: PortalKey) {
  const key = keyOf(connection);
  return key.portal === portal && key.environment === environment;
}

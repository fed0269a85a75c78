import "server-only";
import { database } from "@/lib/db/database";
import type { ClientFigures } from "./shape";

/** Clients, and those without one, with how many of their keys work and when one of them was last used. */
export async function clientFigures(): Promise<ClientFigures[]> {
  const db = await database();
  const clients = await db.client.findMany({ select: { id: true }, orderBy: { id: "asc" } });
  const keys = await db.serviceKey.groupBy({
    by: ["clientId"],
    where: { withdrawnAt: null },
    _count: true,
    _max: { lastUsedAt: true },
  });
  return [null, ...clients.map(({ id }) => id)].map((client) => {
    const own = keys.find(({ clientId }) => clientId === client);
    return {
      client,
      keys: own?._count ?? 0,
      last_used_at: own?._max.lastUsedAt?.toISOString() ?? null,
    };
  });
}

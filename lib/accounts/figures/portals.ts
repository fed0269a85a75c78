import "server-only";
import { connections } from "@/lib/conversation/configuration";
import { keyOf, portalsInTrouble } from "@/lib/conversation/health";
import type { TroubleFigures } from "./shape";

/** The portals that are left alone, with the connections that lead to them. */
export async function troubleFigures(now: Date): Promise<TroubleFigures[]> {
  const troubles = await portalsInTrouble(now);
  return troubles.map(({ portal, environment, reason, since, restUntil }) => {
    const through = connections().filter((connection) => {
      const key = keyOf(connection);
      return key.portal === portal && key.environment === environment;
    });
    return {
      portal: through[0]?.portal.id ?? portal,
      environment,
      connections: through.map(({ id }) => id),
      reason,
      since: since.toISOString(),
      asked_again_at: restUntil.toISOString(),
    };
  });
}

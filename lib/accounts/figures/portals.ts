import "server-only";
import { connections } from "@/lib/conversation/configuration";
import { keyOf, portalsInTrouble } from "@/lib/conversation/health";
import type { TroubleFigures } from "./shape";

/**
 * The portals in trouble, with the connections that lead to them: those that are left alone, and those whose rest ended less than ten
 * minutes ago and which have not been well since. So what a portal in trouble is told by does not end at every trial.
 */
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

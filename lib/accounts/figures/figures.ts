import "server-only";
import { databaseNow } from "@/lib/db/clock";
import { clientFigures } from "./clients";
import { linkFigures } from "./links";
import { troubleFigures } from "./portals";
import { queueFigures } from "./queues";
import type { Figures } from "./shape";
import { tableFigures } from "./tables";

/** How this deployment is now. One statement after the other: all others who need the database have the other connections. */
export async function readFigures(): Promise<Figures> {
  const now = await databaseNow();
  return {
    ...(await linkFigures(now)),
    portals_in_trouble: await troubleFigures(now),
    queues: await queueFigures(now),
    clients: await clientFigures(),
    tables: await tableFigures(),
  };
}

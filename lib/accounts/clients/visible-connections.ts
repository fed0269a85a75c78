import "server-only";
import { connections } from "@/lib/conversation/configuration";
import { apiBasesOf } from "@/lib/portals/api-bases";
import { nameOf } from "@/lib/portals/connections";
import type { Environment, Portal } from "@/lib/portals/portal";
import { maySee, type ServiceKey } from "./service-keys";

/** A connection as a team's back end sees it: no secret has room here. */
export type VisibleConnection = {
  id: string;
  /** The portal's own id. */
  portal: string;
  /** The name that people know. */
  name: string;
  environment: Environment;
  protocol: Portal["protocol"];
  /** The addresses that a link's headers may be asked for. */
  apis: string[];
  /** How long a link lasts that is not used, where the portal says so. */
  refreshTokenDays: number | null;
};

/** The connections that a key is for. */
export function visibleConnections(key: ServiceKey): VisibleConnection[] {
  return connections()
    .filter(({ id }) => maySee(key, id))
    .map((connection) => {
      const { id, portal, environment } = connection;
      return {
        ...{ id, environment, portal: portal.id, name: nameOf(connection) },
        protocol: portal.protocol,
        apis: apiBasesOf(connection),
        refreshTokenDays: portal.protocol === "oauth1" ? null : (portal.refreshTokenDays ?? null),
      };
    });
}

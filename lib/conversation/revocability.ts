import "server-only";
import type { Connection } from "@/lib/portals/connections";
import type { Place, Revocation } from "@/lib/portals/portal";
import { findConnection } from "./configuration";

/** The ways in which a connection's authorizations can be taken back by us, in the order to try; none where there is none. */
export function revocationsAt({ portal, endpoints, issuer }: Connection): readonly Revocation[] {
  if (portal.protocol === "oauth1") return [];
  const declared: readonly Revocation[] = portal.revocation ?? [];
  // An issuer tells where when it is asked; other portals need an address.
  return declared.filter(({ by }) => by === "delete" || issuer || endpoints.REVOCATION);
}

/** Whether each token of a connection stands for itself, and has to be taken back for itself. */
export function revokesEachToken(connection: Connection): boolean {
  const ways = revocationsAt(connection);
  return ways.length > 0 && ways.every((way) => way.by === "rfc7009" && way.revokesEachToken);
}

/** Whether we can take back an authorization ourselves. */
export function canRevoke(connectionId: string): boolean {
  const connection = findConnection(connectionId);
  return connection !== null && revocationsAt(connection).length > 0;
}

/** What can be done at a portal about a link that is gone from here. */
export type Removal = {
  /** Whether we ask the portal ourselves. */
  revokes: boolean;
  /** The portal's page on which the member can do it; null where it has published none. */
  page: string | null;
  /** Where to look for it otherwise. */
  home: Place;
};

/** @returns null when there is no such connection */
export function removalAt(connectionId: string): Removal | null {
  const connection = findConnection(connectionId);
  if (!connection) return null;
  const { endpoints, portal } = connection;
  return {
    revokes: canRevoke(connectionId),
    page: endpoints.REMOVAL ?? null,
    home: portal.home,
  };
}

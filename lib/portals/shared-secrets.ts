import type { Connection } from "./connections";
import { prefixOf, stemOf, type VariableReader } from "./variables";

/**
 * Refuses a portal-wide secret that would be shown at two worlds: a connection whose own variables lead elsewhere needs a
 * registration of its own, unless all connections that use the portal-wide one ask for tokens at the same place.
 * @param apart the ids of those of `all`, the connections of one portal, that have left the portal-wide addresses
 */
export function refuseSharedSecrets(
  all: readonly Connection[],
  apart: readonly string[],
  reader: VariableReader,
) {
  for (const one of all.filter(({ id }) => apart.includes(id))) {
    for (const credential of one.portal.credentials) {
      const others = all.filter((each) => tokenOriginOf(each) !== tokenOriginOf(one));
      const usesWide = ({ id, environment }: Connection) =>
        environment === "production" && !reader.text(`${stemOf(id)}_${credential}`);
      if (credential === "CLIENT_ID" || !usesWide(one) || !others.some(usesWide)) continue;
      const wide = `${prefixOf(one.portal)}_${credential}`;
      if (!reader.text(wide)) continue;
      reader.refuse(
        `${stemOf(one.id)}_${credential} is not set, and ${wide} is for other addresses than those of ${one.id}.`,
      );
    }
  }
}

/** Where a connection shows its secret; null where it has no such address, which the start has refused. */
export function tokenOriginOf({
  endpoints,
  issuer,
}: Pick<Connection, "endpoints" | "issuer">): string | null {
  const address = issuer ?? endpoints.TOKEN ?? endpoints.ACCESS_TOKEN;
  return address && URL.canParse(address) ? new URL(address).origin : null;
}

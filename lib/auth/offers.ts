import "server-only";
import { connections, findConnection } from "@/lib/accounts/configuration";
import type { LinkedPortal } from "@/lib/accounts/linked-portal";
import { settings } from "@/lib/env";
import { type Offer, offersOf } from "@/lib/portals/offer";

/** What the sign-in page offers. */
export function signInOffers(): Offer[] {
  return offersOf(connections().filter(({ signIn }) => signIn === "offered"));
}

/** Portals that sign people in, but only from their own side. */
export function hiddenSignInPortals(): Offer["portal"][] {
  return offersOf(connections().filter(({ signIn }) => signIn === "hidden")).map(
    ({ portal }) => portal,
  );
}

/** What a user can link next: connections without a link yet. */
export function linkOffers(links: readonly LinkedPortal[]): Offer[] {
  const linked = new Set(links.map(({ connection }) => connection));
  return offersOf(connections().filter(({ id }) => !linked.has(id)));
}

/** How a connection is called in a sentence; null when this deployment knows none of that id. */
export function connectionNames(
  id: string | null,
): { portal: string; choice: string | null } | null {
  const connection = id === null ? null : findConnection(id);
  return connection && { portal: connection.portal.name, choice: connection.choice?.label ?? null };
}

/** What this deployment calls itself. */
export function productName(): string {
  return settings().productName;
}

import { titleCase } from "./choices";
import { badgeOf, type ConnectionBadge } from "./connections";
import type { Portal } from "./portal";

/** How a connection is shown that this deployment no longer configures, by its id; null where no portal of ours has had that id. */
export function retiredBadge(portals: readonly Portal[], id: string): ConnectionBadge | null {
  const portal = portalOf(portals, id);
  if (!portal) return null;
  const value = id.slice(portal.id.length + 1);
  const label = portal.choice?.published?.[value]?.label ?? titleCase(value);
  return badgeOf({ portal, choice: value ? { value, label } : null });
}

/** The portal that a connection's id belongs to, whether it is configured or not. */
export function portalOf(portals: readonly Portal[], id: string): Portal | null {
  const [longest] = portals
    .filter((each) => id === each.id || (each.choice && id.startsWith(`${each.id}-`)))
    .toSorted((one, other) => other.id.length - one.id.length); // spark-oauth2-idx is not one of spark's
  return longest ?? null;
}

import type { AskedPortal } from "@/lib/auth/pages/connect-session";
import { orderOf } from "@/lib/language/formats";

/** As many rows as the eye takes in without a heading. */
const FEW = 6;

/** `name`: the portal whose boards or sites these are; null for those that stand alone. */
export type Group = { name: string | null; portals: AskedPortal[] };

/**
 * A few portals are one group, in the order in which the client asks for them. Many are put together by the portal that they belong to, in
 * the order of the alphabet, and the longest group is the last: so that a person finds theirs.
 */
export function groupsOf(asked: readonly AskedPortal[], locale: string): Group[] {
  const { compare } = orderOf(locale);
  const byName = (one: AskedPortal, other: AskedPortal) =>
    compare(one.badge.name, other.badge.name);
  if (asked.length <= FEW) return [{ name: null, portals: [...asked] }];
  const groups = [...new Set(asked.map(({ badge }) => badge.group ?? badge.name))].map((name) => ({
    name,
    portals: asked.filter(({ badge }) => (badge.group ?? badge.name) === name).toSorted(byName),
  }));
  const alone = groups
    .filter(({ portals }) => portals.length === 1)
    .flatMap((each) => each.portals);
  return [
    ...(alone.length > 0 ? [{ name: null, portals: alone.toSorted(byName) }] : []),
    ...groups
      .filter(({ portals }) => portals.length > 1)
      .toSorted((one, other) => one.portals.length - other.portals.length),
  ];
}

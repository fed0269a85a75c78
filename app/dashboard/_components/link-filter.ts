import { z } from "zod";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { plain } from "@/lib/portals/matching";
import { type GroupName, groupNames, groupOf } from "./link-groups";

/** More links than one looks through at a glance. */
const FEW = 8;

/** Whether there are so many links that looking for one needs help. */
export function needsFilter(links: readonly LinkedPortal[]): boolean {
  return links.length > FEW;
}

/** Each parameter for itself: one that is not ours looks for nothing. */
const Query = z.object({
  q: z.string().trim().max(100).catch(""),
  portal: z.string().max(100).catch(""),
  state: z.enum(["", ...groupNames]).catch(""),
});

export type LinkFilter = z.infer<typeof Query>;

/** What a page's address looks for. */
export function linkFilterFrom({ q = "", portal = "", state = "" }: Record<string, unknown>) {
  return Query.parse({ q, portal, state });
}

export function isFiltering({ q, portal, state }: LinkFilter): boolean {
  return q !== "" || portal !== "" || state !== "";
}

/** The links that have every word in what a person knows of them, at the portal and in the state that are asked for. */
export function filtered(links: readonly LinkedPortal[], filter: LinkFilter, now: Date) {
  const words = plain(filter.q).split(/\s+/).filter(Boolean);
  return links.filter((link) => {
    if (filter.portal && portalOf(link) !== filter.portal) return false;
    if (filter.state && groupOf(link, now) !== filter.state) return false;
    if (words.length === 0) return true;
    const { badge, label, member } = link;
    const known = [badge.name, badge.group, label, member.name, member.email, member.agency];
    const text = plain(known.filter(Boolean).join(" "));
    return words.every((word) => text.includes(word));
  });
}

/** What there is to choose from: portals by the name that stands behind the links' own, and the states that occur. */
export function choicesFor(links: readonly LinkedPortal[], now: Date) {
  const states = new Set(links.map((link) => groupOf(link, now)));
  return {
    portals: [...new Set(links.map(portalOf))],
    states: groupNames.filter((name): name is GroupName => states.has(name)),
  };
}

function portalOf({ badge }: LinkedPortal) {
  return badge.group ?? badge.name;
}

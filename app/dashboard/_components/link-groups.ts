import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { conditionOf, needsConsentSoon } from "./condition";

/** What a link means for the person's day, the most pressing first. */
export const groupNames = ["needsYou", "waiting", "works", "notInUse"] as const;

export type GroupName = (typeof groupNames)[number];

export type LinkGroup = { name: GroupName; links: LinkedPortal[] };

export function groupOf(link: LinkedPortal, now: Date): GroupName {
  if (link.aside) return "notInUse";
  if (conditionOf(link) === "needYou" || needsConsentSoon(link, now)) return "needsYou";
  return link.troubleSince || conditionOf(link) === "onHold" ? "waiting" : "works";
}

/** The links by group, in the order of the page; a group without links is none. */
export function groupsOf(links: readonly LinkedPortal[], now: Date): LinkGroup[] {
  const groups = new Map<GroupName, LinkedPortal[]>(groupNames.map((name) => [name, []]));
  for (const link of links) groups.get(groupOf(link, now))?.push(link);
  return [...groups].flatMap(([name, those]) => (those.length > 0 ? { name, links: those } : []));
}

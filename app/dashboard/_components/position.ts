import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";

export type Position = { position: number; all: number };

/** Numbers a link among those that would read just like it, the oldest first; one that stands out by itself gets none. */
export function positionOf(link: LinkedPortal, links: LinkedPortal[]): Position | null {
  const alike = links
    .filter((other) => looks(other) === looks(link))
    .sort((one, other) => one.linkedAt.getTime() - other.linkedAt.getTime());
  return alike.length > 1 ? { position: alike.indexOf(link) + 1, all: alike.length } : null;
}

function looks({ connection, environment, member }: LinkedPortal) {
  return JSON.stringify([connection, environment, member.name, member.email, member.agency]);
}

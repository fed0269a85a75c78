import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { groupBy } from "../../_components/group-by";

export type Position = { position: number; all: number };

/** Numbers the links that would read just like others, the oldest first; one that stands out by itself gets no number. */
export function positionsOf(links: readonly LinkedPortal[]): Map<string, Position> {
  const alike = groupBy(links, looks);
  return new Map(
    [...alike.values()]
      .filter((those) => those.length > 1)
      .flatMap((those) =>
        those
          .toSorted((one, other) => one.linkedAt.getTime() - other.linkedAt.getTime())
          .map(({ id }, at) => [id, { position: at + 1, all: those.length }] as const),
      ),
  );
}

function looks({ connection, environment, label, member }: LinkedPortal) {
  return JSON.stringify([connection, environment, label, member.name, member.email, member.agency]);
}

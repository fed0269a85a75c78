import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Offer } from "@/lib/portals/offer";

/** What a team's software has sent the user here to connect: the address says which connection. */
export type AskedConnection =
  | { kind: "link"; connection: string }
  | { kind: "reconnect" | "linked"; connection: string; link: LinkedPortal };

/** @returns null when the address names nothing that could be connected here */
export function askedConnection(
  { connect }: Record<string, unknown>,
  links: LinkedPortal[],
  offers: Offer[],
): AskedConnection | null {
  const usable = links.filter((each) => each.connection === connect && each.aside === null);
  const broken = usable.find(({ status }) => status.state === "broken");
  const link = broken ?? usable[0];
  if (link) {
    return { kind: broken ? "reconnect" : "linked", connection: link.connection, link };
  }
  const options = offers.flatMap((offer) => offer.options);
  const option = options.find(({ connection }) => connection === connect);
  return option ? { kind: "link", connection: option.connection } : null;
}

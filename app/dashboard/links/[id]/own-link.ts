import { cache } from "react";
import { linkedPortals } from "@/lib/accounts/links/linked-portals";
import { requireSession } from "@/lib/auth/session/current-user";

/** The link that an address names, with all of its user's; null when the user has no such link. */
export const ownLink = cache(async (id: string) => {
  const { user } = await requireSession();
  const links = await linkedPortals(user);
  const link = links.find((each) => each.id === id);
  return link ? { user, link, links } : null;
});

import { connectionNames, portalNames, productName } from "@/lib/auth/pages/offers";
import { type Names, unnamed } from "@/messages/en";

/** How sentences call a connection, or a portal by its own id, even one we do not know. */
export function namesOf(connection: string | null): Names {
  const known = connectionNames(connection) ?? portalNames(connection);
  return {
    product: productName(),
    portal: known?.portal ?? unnamed,
    namesMembers: known?.namesMembers ?? true,
    connection: known ? fullName(known.portal, known.choice) : unnamed,
  };
}

/** A portal with its choice, as one name. */
export function fullName(portal: string, choice: string | null) {
  return choice ? `${portal} ${choice}` : portal;
}

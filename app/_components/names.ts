import { connectionNames, portalNames, productName } from "@/lib/auth/pages/offers";
import type { Translator } from "@/lib/language/translators";

/** How sentences call a connection. Sentences choose other words where `portal` is `unnamed`. */
export type Names = {
  portal: string;
  product: string;
  /** Where its members find us: "your Otodom account". */
  home: string;
  /** Whether the portal says who its members are: `named` or `unnamed`. */
  members: string;
};

export const UNNAMED = "unnamed";

/** Of a connection, or of a portal by its own id; also of one we do not know. */
export function namesOf(connection: string | null, t: Translator): Names {
  const known = connectionNames(connection) ?? portalNames(connection);
  const name = known?.name ?? UNNAMED;
  return {
    portal: name,
    product: productName(),
    home: known ? t(`places.${known.home}`, { name }) : t("unnamedPortal"),
    members: (known?.namesMembers ?? true) ? "named" : "unnamed",
  };
}

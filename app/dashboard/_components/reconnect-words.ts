import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Translator } from "@/lib/language/translators";
import type { ReconnectWords } from "./reconnect-form";

/** What the button that renews a link says. A flow cannot renew pasted keys: new ones can be pasted on the dashboard. */
export function reconnectWords(
  { id, connection, badge, pasted }: LinkedPortal,
  look: ReconnectWords["look"],
  t: Translator,
): ReconnectWords {
  const portal = badge.name;
  return {
    ...{ link: id, connection, look, pasted },
    label: t(pasted ? "dashboard.pasteKey" : "dashboard.reconnect", { portal }),
    pending: t("dashboard.linking", { portal }),
  };
}

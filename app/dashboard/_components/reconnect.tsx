import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { dashboard } from "@/messages/en";
import { button } from "../../_components/button";
import { SubmitButton } from "../../_components/submit-button";
import { linkPortal } from "../actions";

type Props = { link: LinkedPortal; look: "primary" | "quiet" | "row" };

/** Renews a link, for the member it has. A flow cannot renew pasted keys: new ones can be pasted below. */
export function Reconnect({ link, look }: Props) {
  if (link.pasted) {
    return (
      <a href="#other-ways" className={look === "row" ? button.row : button.quiet}>
        {dashboard.pasteKey(link.shortName)}
      </a>
    );
  }
  return (
    <form action={linkPortal}>
      <input type="hidden" name="connection" value={link.connection} />
      <input type="hidden" name="link" value={link.id} />
      <SubmitButton
        look={look}
        pendingLabel={dashboard.linking(link.portal.name)}
        describedBy={`member-${link.id}`}
      >
        {dashboard.reconnect(link.shortName)}
      </SubmitButton>
    </form>
  );
}

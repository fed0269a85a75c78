import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { checking } from "@/messages/en";
import { SubmitButton } from "../../_components/submit-button";
import { checkLinks } from "../actions";

/** Asks the portals of all links whether they work. */
export function CheckAll() {
  return (
    <form action={checkLinks}>
      <SubmitButton look="quiet" pendingLabel={checking.pending}>
        {checking.all}
      </SubmitButton>
    </form>
  );
}

/** Asks the portal of one link. */
export function CheckOne({ link, look }: { link: LinkedPortal; look: "quiet" | "row" }) {
  return (
    <form action={checkLinks}>
      <input type="hidden" name="link" value={link.id} />
      <SubmitButton look={look} pendingLabel={checking.pending} describedBy={`member-${link.id}`}>
        {checking.one(link.shortName)}
      </SubmitButton>
    </form>
  );
}

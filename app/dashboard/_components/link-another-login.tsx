import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { dashboard, manage } from "@/messages/en";
import { SubmitButton } from "../../_components/submit-button";
import { linkPortal } from "../actions";

/** Links another login at the same board or site, beside the one that is linked. */
export function LinkAnotherLogin({ link }: { link: LinkedPortal }) {
  return (
    <form action={linkPortal}>
      <input type="hidden" name="connection" value={link.connection} />
      <input type="hidden" name="another" value="yes" />
      <SubmitButton look="row" pendingLabel={dashboard.linking(link.portal.name)}>
        {manage.another(link.shortName)}
      </SubmitButton>
    </form>
  );
}

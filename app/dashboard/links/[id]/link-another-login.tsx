import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Translator } from "@/lib/language/translators";
import { SubmitButton } from "../../../_components/submit-button";
import { linkPortal } from "../../actions";

/** Links another login at the same board or site, beside the one that is linked. */
export function LinkAnotherLogin({ link, t }: { link: LinkedPortal; t: Translator }) {
  const portal = link.badge.name;
  return (
    <form action={linkPortal}>
      <input type="hidden" name="connection" value={link.connection} />
      <input type="hidden" name="another" value="yes" />
      <SubmitButton look="quiet" pendingLabel={t("dashboard.linking", { portal })}>
        {t("link.page.another", { portal })}
      </SubmitButton>
    </form>
  );
}

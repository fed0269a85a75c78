import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Translator } from "@/lib/language/translators";
import { SubmitButton } from "../../_components/submit-button";
import { checkLinks } from "../actions";

type Props = {
  link: LinkedPortal;
  /** Where it stands, and where its answer is told. */
  page: "dashboard" | "link";
  t: Translator;
};

/** Asks the portal of one link whether it works. */
export function CheckOne({ link, page, t }: Props) {
  return (
    <form action={checkLinks}>
      <input type="hidden" name="link" value={link.id} />
      <input type="hidden" name="page" value={page} />
      <SubmitButton look="quiet" pendingLabel={t("link.page.checking")}>
        {t("link.page.check", { portal: link.badge.name })}
      </SubmitButton>
    </form>
  );
}

import type { Translator } from "@/lib/language/translators";
import { SubmitButton } from "../../_components/submit-button";
import { checkLinks } from "../actions";

/** Asks the portals of all links whether they work. */
export function CheckAll({ t }: { t: Translator }) {
  return (
    <form action={checkLinks}>
      <SubmitButton look="quiet" pendingLabel={t("link.page.checking")}>
        {t("link.page.checkAll")}
      </SubmitButton>
    </form>
  );
}

import type { Translator } from "@/lib/language/translators";
import { SubmitButton } from "../../_components/submit-button";
import { signOutThere } from "../../dashboard/actions";

/** For a user who has signed out here and may still be logged in at the portal, on a shared computer. */
export function SignOutThere({ portal, t }: { portal: string; t: Translator }) {
  return (
    <form action={signOutThere}>
      <p className="mb-3 text-pretty">{t("signIn.stillThere", { portal })}</p>
      <SubmitButton look="quiet" pendingLabel={t("signIn.pending", { portal })}>
        {t("signIn.signOutThere", { portal })}
      </SubmitButton>
    </form>
  );
}

import { productName } from "@/lib/auth/pages/offers";
import { currentViewer } from "../../_components/current-viewer";
import { SiteHeader } from "../../_components/site-header";
import { SubmitButton } from "../../_components/submit-button";
import { signOutHere } from "../actions";

const place =
  "inline-flex min-h-11 items-center rounded-lg px-2 font-medium text-accent-ink hover:bg-accent-soft sm:px-3";

/** On every page of a signed-in user. Plain links: what they lead to is made when it is asked for, and not before. */
export async function DashboardHeader() {
  const { t } = await currentViewer();
  return (
    <SiteHeader product={productName()} t={t}>
      <nav
        aria-label={t("dashboard.navigation")}
        className="flex min-w-0 flex-wrap items-center justify-end gap-x-1 sm:gap-x-3"
      >
        <a href="/dashboard/activity" className={place}>
          {t("dashboard.activity")}
        </a>
        <a href="/dashboard/account" className={place}>
          {t("dashboard.account")}
        </a>
        <form action={signOutHere}>
          <SubmitButton look="quiet" pendingLabel={t("dashboard.signingOut")}>
            {t("dashboard.signOut")}
          </SubmitButton>
        </form>
      </nav>
    </SiteHeader>
  );
}

import Link from "next/link";
import { productName } from "@/lib/auth/pages/offers";
import { dashboard } from "@/messages/en";
import { SiteHeader } from "../../_components/site-header";
import { SubmitButton } from "../../_components/submit-button";
import { signOutHere } from "../actions";

/** On every page of a signed-in user. */
export function DashboardHeader() {
  return (
    <SiteHeader product={productName()}>
      <nav aria-label={dashboard.navigation} className="flex shrink-0 items-center gap-1 sm:gap-3">
        <Link
          href="/dashboard/activity"
          className="hidden min-h-11 items-center rounded-lg px-3 font-medium text-accent-ink hover:bg-accent-soft sm:inline-flex"
        >
          {dashboard.activity}
        </Link>
        <Link
          href="/dashboard/account"
          className="inline-flex min-h-11 items-center rounded-lg px-3 font-medium text-accent-ink hover:bg-accent-soft"
        >
          {dashboard.account}
        </Link>
        <form action={signOutHere}>
          <SubmitButton look="quiet" pendingLabel={dashboard.signingOut}>
            {dashboard.signOut}
          </SubmitButton>
        </form>
      </nav>
    </SiteHeader>
  );
}

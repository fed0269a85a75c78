import type { Metadata } from "next";
import { headers } from "next/headers";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { linkedPortals } from "@/lib/accounts/links/linked-portals";
import { productName } from "@/lib/auth/pages/offers";
import { requireSession } from "@/lib/auth/session/current-user";
import { removalAt } from "@/lib/conversation/revocability";
import { deletion } from "@/messages/en";
import { SubmitButton } from "../../../_components/submit-button";
import { englishFrom } from "../../../_components/viewer";
import { Confirmation } from "../../_components/confirmation";
import { DashboardHeader } from "../../_components/dashboard-header";
import { deleteMyAccount } from "../../actions";

export const metadata: Metadata = { title: deletion.title };

/** Which portals are asked to take permissions back, and at which only their members can. */
async function atThePortals(links: LinkedPortal[]) {
  const list = new Intl.ListFormat(englishFrom((await headers()).get("accept-language")));
  const names = (revokes: boolean) => {
    const those = links.filter((link) => isRevoked(link) === revokes);
    const portals = [...new Set(those.map(({ portal }) => portal.name))];
    return portals.length > 0 ? list.format(portals) : null;
  };
  return { told: names(true), left: names(false) };
}

/** A pasted key is its member's own: no portal is asked to take it back. */
function isRevoked({ connection, pasted }: LinkedPortal) {
  return !pasted && (removalAt(connection)?.revokes ?? false);
}

export default async function DeleteAccountPage() {
  const { user } = await requireSession();
  const links = await linkedPortals(user);
  return (
    <>
      <DashboardHeader />
      <Confirmation
        title={deletion.title}
        consequences={deletion.what(productName(), links.length, await atThePortals(links))}
        keep={{ label: deletion.keep, href: "/dashboard/account" }}
      >
        <form action={deleteMyAccount}>
          <SubmitButton look="grave" wide pendingLabel={deletion.pending}>
            {deletion.confirm}
          </SubmitButton>
        </form>
      </Confirmation>
    </>
  );
}

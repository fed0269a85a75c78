import type { Metadata } from "next";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { linkedPortals } from "@/lib/accounts/links/linked-portals";
import { productName } from "@/lib/auth/pages/offers";
import { requireSession } from "@/lib/auth/session/current-user";
import { removalAt } from "@/lib/conversation/revocability";
import { listFormat } from "@/lib/language/formats";
import { currentViewer } from "../../../_components/current-viewer";
import { SubmitButton } from "../../../_components/submit-button";
import type { Viewer } from "../../../_components/viewer";
import { Confirmation } from "../../_components/confirmation";
import { DashboardHeader } from "../../_components/dashboard-header";
import { deleteMyAccount } from "../../actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await currentViewer()).t("deletion.title") };
}

export default async function DeleteAccountPage() {
  const { user } = await requireSession();
  const links = await linkedPortals(user);
  const viewer = await currentViewer();
  const { t } = viewer;
  return (
    <>
      <DashboardHeader />
      <Confirmation
        title={t("deletion.title")}
        consequences={consequences(links, viewer)}
        keep={{ label: t("deletion.keep"), href: "/dashboard/account" }}
      >
        <form action={deleteMyAccount}>
          <SubmitButton look="grave" wide pendingLabel={t("deletion.pending")}>
            {t("deletion.confirm")}
          </SubmitButton>
        </form>
      </Confirmation>
    </>
  );
}

function consequences(links: LinkedPortal[], { t, locale }: Viewer) {
  const product = productName();
  const names = (revokes: boolean) => {
    const those = links.filter((link) => isRevoked(link) === revokes);
    return listFormat(locale).format([...new Set(those.map(({ badge }) => badge.name))]);
  };
  const [told, left] = [names(true), names(false)];
  return [
    {
      title: t("deletion.everything.title"),
      body: t("deletion.everything.body", { count: links.length, product }),
    },
    { title: t("deletion.stops.title"), body: t("deletion.stops.body") },
    told === ""
      ? { title: t("deletion.stays.title"), body: t("deletion.stays.body", { product }) }
      : {
          title: t("deletion.asked.title"),
          body: t("deletion.asked.body", { told, left: left || "none", product }),
        },
  ];
}

/** Whether the portal is asked to take the permission back. A pasted key is its member's own. */
function isRevoked({ connection, pasted }: LinkedPortal) {
  return !pasted && (removalAt(connection)?.revokes ?? false);
}

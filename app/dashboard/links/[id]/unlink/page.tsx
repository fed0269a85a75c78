import type { Metadata } from "next";
import { loginsOf } from "@/lib/accounts/links/logins";
import { linkOffers, productName } from "@/lib/auth/pages/offers";
import { removalAt } from "@/lib/conversation/revocability";
import type { Translator } from "@/lib/language/translators";
import { currentViewer } from "../../../../_components/current-viewer";
import { type Names, namesOf } from "../../../../_components/names";
import { NothingHere, nothingHereMetadata } from "../../../../_components/nothing-here";
import { SubmitButton } from "../../../../_components/submit-button";
import { Confirmation } from "../../../_components/confirmation";
import { DashboardHeader } from "../../../_components/dashboard-header";
import { whoIsIt } from "../../../_components/link-words";
import { PortalPermissionsLink } from "../../../_components/portal-permissions-link";
import { positionsOf } from "../../../_components/position";
import { unlinkPortal } from "../../../actions";
import { ownLink } from "../own-link";
import { LinkSubject } from "./link-subject";
import { OnlyWayIn } from "./only-way-in";

type Props = PageProps<"/dashboard/links/[id]/unlink">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const own = await ownLink((await params).id);
  if (!own) return nothingHereMetadata();
  const { link } = own;
  const { t } = await currentViewer();
  return { title: t("unlinking.title", { portal: link.badge.name }) };
}

export default async function UnlinkPage({ params }: Props) {
  const own = await ownLink((await params).id);
  if (!own) return <NothingHere />;
  const { user, link, links } = own;
  const viewer = await currentViewer();
  const { t } = viewer;
  const portal = link.badge.name;
  const names = { ...namesOf(link.connection, t), portal };
  const product = productName();
  const removal = removalAt(link.connection); // none where the connection is not offered any more
  const isOnly = link.wayIn && links.filter(({ wayIn }) => wayIn).length === 1;
  const lastWayIn = isOnly && (await loginsOf(user)).length === 0;
  const position = positionsOf(links).get(link.id) ?? null;

  return (
    <>
      <DashboardHeader />
      {lastWayIn ? (
        <OnlyWayIn
          link={link}
          product={product}
          linkable={linkOffers(links).length > 0}
          viewer={viewer}
        />
      ) : (
        <Confirmation
          title={t("unlinking.title", { portal })}
          subject={<LinkSubject link={link} who={whoIsIt(link, position, viewer)} t={t} />}
          consequences={consequences(names, (removal?.revokes ?? false) && !link.pasted, t)}
          elsewhere={
            removal?.page && (
              <PortalPermissionsLink portal={portal} href={removal.page} look="line" t={t} />
            )
          }
          keep={{ label: t("unlinking.keep"), href: `/dashboard/links/${link.id}` }}
        >
          <form action={unlinkPortal}>
            <input type="hidden" name="link" value={link.id} />
            <SubmitButton look="grave" wide pendingLabel={t("unlinking.pending")}>
              {t("unlinking.confirm", { portal })}
            </SubmitButton>
          </form>
        </Confirmation>
      )}
    </>
  );
}

/** `revokes`: whether we ask the portal to take the permission back; a pasted key is the member's own. */
function consequences(names: Names, revokes: boolean, t: Translator) {
  return (["forgets", "stops", revokes ? "asked" : "stays"] as const).map((each) => ({
    title: t(`unlinking.${each}.title`, names),
    body: t(`unlinking.${each}.body`, names),
  }));
}

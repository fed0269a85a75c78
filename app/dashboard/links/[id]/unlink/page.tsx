import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { linkedPortals } from "@/lib/accounts/links/linked-portals";
import { loginsOf } from "@/lib/accounts/links/logins";
import { linkOffers, productName } from "@/lib/auth/pages/offers";
import { requireSession } from "@/lib/auth/session/current-user";
import { removalAt } from "@/lib/conversation/revocability";
import { unlinking } from "@/messages/en";
import { fullName, namesOf } from "../../../../_components/names";
import { SubmitButton } from "../../../../_components/submit-button";
import { Confirmation } from "../../../_components/confirmation";
import { DashboardHeader } from "../../../_components/dashboard-header";
import { PortalPermissionsLink } from "../../../_components/portal-permissions-link";
import { positionOf } from "../../../_components/position";
import { unlinkPortal } from "../../../actions";
import { LinkSubject } from "./link-subject";
import { OnlyWayIn } from "./only-way-in";

type Props = PageProps<"/dashboard/links/[id]/unlink">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { link } = await ownLink((await params).id);
  return { title: unlinking.title(fullName(link.portal.name, link.choiceLabel)) };
}

export default async function UnlinkPage({ params }: Props) {
  const { user, link, links } = await ownLink((await params).id);
  const name = fullName(link.portal.name, link.choiceLabel);
  const product = productName();
  const removal = removalAt(link.connection) ?? notFound();
  const isOnly = link.wayIn && links.filter(({ wayIn }) => wayIn).length === 1;
  const lastWayIn = isOnly && (await loginsOf(user)).length === 0;

  return (
    <>
      <DashboardHeader />
      {lastWayIn ? (
        <OnlyWayIn
          link={link}
          name={name}
          product={product}
          linkable={linkOffers(links).length > 0}
        />
      ) : (
        <Confirmation
          title={unlinking.title(name)}
          subject={<LinkSubject link={link} position={positionOf(link, links)} />}
          consequences={unlinking.what(namesOf(link.connection), {
            ...removal,
            revokes: removal.revokes && !link.pasted, // a key of their own
          })}
          elsewhere={
            removal.page && (
              <PortalPermissionsLink portal={link.portal.name} href={removal.page} look="line" />
            )
          }
          keep={{ label: unlinking.keep, href: "/dashboard" }}
        >
          <form action={unlinkPortal}>
            <input type="hidden" name="link" value={link.id} />
            <SubmitButton look="grave" wide pendingLabel={unlinking.pending}>
              {unlinking.confirm(link.shortName)}
            </SubmitButton>
          </form>
        </Confirmation>
      )}
    </>
  );
}

/** Another user's link is treated as one that does not exist. */
async function ownLink(id: string) {
  const { user } = await requireSession();
  const links = await linkedPortals(user);
  const link = links.find((each) => each.id === id);
  return link ? { user, link, links } : notFound();
}

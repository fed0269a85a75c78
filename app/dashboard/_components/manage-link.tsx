import Link from "next/link";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { manage } from "@/messages/en";
import { button } from "../../_components/button";
import { Disclosure } from "../../_components/disclosure";
import { fullName } from "../../_components/names";
import { CheckOne } from "./check-links";
import { EndGrants } from "./clients-of-link";
import { needsConsentSoon } from "./condition";
import { LinkAnotherLogin } from "./link-another-login";
import { Reconnect } from "./reconnect";

/** What can be done with a link, folded away until it is needed. */
export function ManageLink({ link, now }: { link: LinkedPortal; now: Date }) {
  const { id, otherEnvironment, status } = link;
  const offeredAbove = status.state === "broken" || needsConsentSoon(link, now);
  const summary = (
    <>
      {manage.summary}
      <span className="sr-only">
        {manage.summaryOf(fullName(link.portal.name, link.choiceLabel))}
      </span>
    </>
  );
  return (
    <Disclosure summary={summary}>
      <div className="-mx-3 pb-3 text-base">
        {!otherEnvironment && <CheckOne link={link} look="row" />}
        {!otherEnvironment && !offeredAbove && <Reconnect link={link} look="row" />}
        {!otherEnvironment && <LinkAnotherLogin link={link} />}
        <EndGrants link={link} />
        <Link
          href={`/dashboard/links/${id}/unlink`}
          aria-describedby={`member-${id}`}
          className={button.row}
        >
          {manage.unlink(link.shortName)}
        </Link>
      </div>
    </Disclosure>
  );
}

import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { EnvironmentChip } from "../../_components/environment-chip";
import { Monogram } from "../../_components/monogram";
import { fullName } from "../../_components/names";
import type { Viewer } from "../../_components/viewer";
import { ClientsLine } from "./clients-of-link";
import { ConsentLine } from "./consent-line";
import { ExactTimes } from "./exact-times";
import { LinkStatusLine } from "./link-status-line";
import { ManageLink } from "./manage-link";
import { MemberLine } from "./member-line";
import { OtherEnvironmentLine } from "./other-environment-line";
import type { Position } from "./position";

type Props = { link: LinkedPortal; position: Position | null; now: Date; viewer: Viewer };

export function LinkedPortalCard({ link, position, now, viewer }: Props) {
  const { portal, choiceLabel, environment } = link;
  const [name, who] = [`link-${link.id}`, `member-${link.id}`];
  return (
    <li>
      <article
        aria-labelledby={`${name} ${who}`}
        className="rounded-2xl border border-line bg-surface p-5 pb-2 shadow-card sm:p-6 sm:pb-3"
      >
        <div className="flex gap-4">
          <Monogram portal={portal} />
          <div className="min-w-0 flex-1 break-words">
            <div className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1">
              <h3 id={name} className="min-w-0 font-semibold text-lg leading-snug">
                {fullName(portal.name, choiceLabel)}
              </h3>
              <EnvironmentChip environment={environment} />
            </div>
            <MemberLine id={who} link={link} position={position} viewer={viewer} />
          </div>
        </div>
        {link.otherEnvironment ? (
          <OtherEnvironmentLine link={link} />
        ) : (
          <>
            <LinkStatusLine link={link} now={now} viewer={viewer} />
            <ConsentLine link={link} now={now} viewer={viewer} />
          </>
        )}
        <ClientsLine link={link} />
        <div className="mt-2 divide-y divide-line">
          <ExactTimes link={link} viewer={viewer} />
          <ManageLink link={link} now={now} />
        </div>
      </article>
    </li>
  );
}

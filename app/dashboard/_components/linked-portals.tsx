import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { dashboard } from "@/messages/en";
import type { Viewer } from "../../_components/viewer";
import { CheckAll } from "./check-links";
import { LinkedPortalCard } from "./linked-portal-card";
import { positionOf } from "./position";

type Props = { links: LinkedPortal[]; now: Date; viewer: Viewer; linkable: boolean };

export function LinkedPortals({ links, now, viewer, linkable }: Props) {
  return (
    <section
      aria-labelledby="linked-portals"
      className={links.length > 0 || !linkable ? "" : "max-lg:-mb-4"}
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 lg:min-h-11">
        <h2 id="linked-portals" className="font-semibold text-lg">
          {dashboard.linkedTitle}
        </h2>
        {links.some(({ otherEnvironment }) => !otherEnvironment) && <CheckAll />}
      </div>
      {links.length === 0 ? (
        <Empty linkable={linkable} />
      ) : (
        <ul className="mt-4 space-y-4">
          {links.map((link) => (
            <LinkedPortalCard
              key={link.id}
              link={link}
              position={positionOf(link, links)}
              now={now}
              viewer={viewer}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function Empty({ linkable }: { linkable: boolean }) {
  return (
    <div className="mt-4 rounded-2xl border border-control border-dashed px-6 py-10 text-center sm:py-14">
      <p className="font-serif text-xl">{dashboard.emptyTitle}</p>
      <p className="mx-auto mt-2 max-w-sm text-ink-soft">
        {linkable ? dashboard.emptyBody : dashboard.emptyNowhere}
      </p>
    </div>
  );
}

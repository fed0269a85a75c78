import type { ReactNode } from "react";
import { keptUntil } from "@/lib/accounts/revocation/queue";
import type { RecentRevocation } from "@/lib/accounts/revocation/revocations";
import { removalAt } from "@/lib/conversation/revocability";
import { ago, comingDay } from "../../_components/moments";
import { namesOf } from "../../_components/names";
import type { Viewer } from "../../_components/viewer";
import { PortalPermissionsLink } from "./portal-permissions-link";
import { TimeText } from "./time-text";

type Props = { revocations: RecentRevocation[]; now: Date; viewer: Viewer };

/** Links that are gone from here, and whose permissions still stand at their portals. */
export function AfterUnlinking({ revocations, now, viewer }: Props) {
  const waiting = revocations.filter(({ outcome }) => outcome === "waiting");
  const left = revocations.filter(({ outcome }) => outcome === "refused" || outcome === "gave_up");
  if (waiting.length + left.length === 0) return null;
  return (
    <div className="mt-8 space-y-6 text-sm">
      {waiting.length > 0 && (
        <Rows id="being-taken-back" title={viewer.t("afterUnlinking.waitingTitle")}>
          {waiting.map((each) => (
            <Row key={each.link} revocation={each} now={now} viewer={viewer}>
              <Waiting revocation={each} now={now} viewer={viewer} />
            </Row>
          ))}
        </Rows>
      )}
      {left.length > 0 && (
        <Rows id="left-to-take-back" title={viewer.t("afterUnlinking.leftTitle")}>
          {left.map((each) => (
            <Row key={each.link} revocation={each} now={now} viewer={viewer}>
              {viewer.t(
                `afterUnlinking.${each.outcome === "refused" ? "refused" : "gave_up"}`,
                namesOf(each.connection, viewer.t),
              )}
            </Row>
          ))}
        </Rows>
      )}
    </div>
  );
}

function Rows({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="font-semibold">
        {title}
      </h2>
      <ul className="mt-2 divide-y divide-line border-line border-t">{children}</ul>
    </section>
  );
}

type RowProps = { revocation: RecentRevocation; now: Date; viewer: Viewer };

/** Which link it was, how long ago, what there is to say of it, and the portal's own page where there is one. */
function Row({
  revocation: { connection, unlinkedAt },
  now,
  viewer,
  children,
}: RowProps & { children: ReactNode }) {
  const { t } = viewer;
  const { portal } = namesOf(connection, t);
  const page = removalAt(connection)?.page;
  return (
    <li className="py-3">
      <p>
        <span className="font-medium">{portal}</span>
        <span className="text-ink-soft">
          {" · "}
          <TimeText
            at={unlinkedAt}
            words={t("afterUnlinking.unlinked", { ago: ago(unlinkedAt, now, viewer) })}
            viewer={viewer}
          />
        </span>
      </p>
      <p className="mt-0.5 text-pretty text-ink-soft">{children}</p>
      {page && <PortalPermissionsLink portal={portal} href={page} look="line" t={t} />}
    </li>
  );
}

function Waiting({ revocation: { connection, unlinkedAt }, now, viewer }: RowProps) {
  const until = keptUntil({ createdAt: unlinkedAt });
  const { portal } = namesOf(connection, viewer.t);
  return viewer.t("afterUnlinking.waiting", { portal, day: comingDay(until, now, viewer) });
}

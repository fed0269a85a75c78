import type { ReactNode } from "react";
import { keptUntil } from "@/lib/accounts/revocation/queue";
import type { RecentRevocation } from "@/lib/accounts/revocation/revocations";
import { removalAt } from "@/lib/conversation/revocability";
import { afterUnlinking } from "@/messages/en";
import { ago, comingDay } from "../../_components/moments";
import { namesOf } from "../../_components/names";
import type { Reader } from "../../_components/reader";
import { Moment } from "./moment";
import { OwnPage } from "./own-page";

type Props = { revocations: RecentRevocation[]; now: Date; reader: Reader };

/** Links that are gone from here, and whose permissions still stand at their portals. */
export function AfterUnlinking({ revocations, now, reader }: Props) {
  const waiting = revocations.filter(({ outcome }) => outcome === "waiting");
  const left = revocations.filter(({ outcome }) => outcome === "refused" || outcome === "gave_up");
  if (waiting.length + left.length === 0) return null;
  return (
    <div className="mt-8 space-y-6 text-sm">
      {waiting.length > 0 && (
        <section aria-labelledby="being-taken-back">
          <h2 id="being-taken-back" className="font-semibold">
            {afterUnlinking.waitingTitle}
          </h2>
          <ul className="mt-2 divide-y divide-line border-line border-t">
            {waiting.map((each) => (
              <Row key={each.link} revocation={each} now={now} reader={reader}>
                <Waiting revocation={each} now={now} reader={reader} />
              </Row>
            ))}
          </ul>
        </section>
      )}
      {left.length > 0 && (
        <section aria-labelledby="left-to-take-back">
          <h2 id="left-to-take-back" className="font-semibold">
            {afterUnlinking.leftTitle}
          </h2>
          <ul className="mt-2 divide-y divide-line border-line border-t">
            {left.map((each) => (
              <Row key={each.link} revocation={each} now={now} reader={reader}>
                {afterUnlinking.left[each.outcome === "refused" ? "refused" : "gave_up"](
                  namesOf(each.connection),
                  removalAt(each.connection)?.home ?? namesOf(each.connection).portal,
                )}
              </Row>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

type RowProps = { revocation: RecentRevocation; now: Date; reader: Reader };

/** Which link it was, how long ago, what there is to say of it, and the portal's own page where there is one. */
function Row({
  revocation: { connection, unlinkedAt },
  now,
  reader,
  children,
}: RowProps & { children: ReactNode }) {
  const names = namesOf(connection);
  const page = removalAt(connection)?.page;
  return (
    <li className="py-3">
      <p>
        <span className="font-medium">{names.connection}</span>
        <span className="text-ink-soft">
          {` · ${afterUnlinking.unlinked} `}
          <Moment at={unlinkedAt} words={ago(unlinkedAt, now, reader.locale)} reader={reader} />
        </span>
      </p>
      <p className="mt-0.5 text-pretty text-ink-soft">{children}</p>
      {page && <OwnPage portal={names.portal} href={page} look="line" />}
    </li>
  );
}

function Waiting({ revocation: { connection, unlinkedAt }, now, reader }: RowProps) {
  const until = keptUntil({ createdAt: unlinkedAt });
  return (
    <>
      {afterUnlinking.waiting(namesOf(connection))}{" "}
      <Moment at={until} words={comingDay(until, now, reader)} reader={reader} />.
    </>
  );
}

import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { card } from "@/messages/en";
import { Disclosure } from "../../_components/disclosure";
import { day } from "../../_components/moments";
import { fullName } from "../../_components/names";
import type { Viewer } from "../../_components/viewer";
import { memberName } from "./member-line";
import { TimeText } from "./time-text";

type Props = { link: LinkedPortal; viewer: Viewer };

/** Since when it is linked; opened, the times to the minute, for fingers and keyboards too and without any script. */
export function ExactTimes({ link, viewer }: Props) {
  const times = [
    { label: card.linkedAt, at: link.linkedAt },
    ...(link.status.state === "unknown"
      ? []
      : [{ label: card.checkedAt, at: link.status.checkedAt }]),
    ...(link.consentBy ? [{ label: card.consentBy, at: link.consentBy }] : []),
  ];
  return (
    <Disclosure
      summary={
        <>
          {card.linkedSince}{" "}
          <TimeText at={link.linkedAt} words={day(link.linkedAt, viewer)} viewer={viewer} />
        </>
      }
      aside={
        <span className="max-sm:sr-only">
          {card.exactTimes}
          <span className="sr-only">
            {card.exactTimesOf(fullName(link.portal.name, link.choiceLabel), memberName(link))}
          </span>
        </span>
      }
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 pt-1 pb-4 text-ink-soft">
        {times.map(({ label, at }) => (
          <div key={label} className="contents">
            <dt>{label}</dt>
            <dd className="text-ink">
              <TimeText at={at} viewer={viewer} />
            </dd>
          </div>
        ))}
      </dl>
    </Disclosure>
  );
}

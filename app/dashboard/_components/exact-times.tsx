import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { card } from "@/messages/en";
import { Disclosure } from "../../_components/disclosure";
import { day, exactly } from "../../_components/moments";
import { fullName } from "../../_components/names";
import type { Reader } from "../../_components/reader";
import { memberName } from "./member-line";
import { Moment } from "./moment";

type Props = { link: LinkedPortal; reader: Reader };

/** Since when it is linked; opened, the times to the minute, for fingers and keyboards too and without any script. */
export function ExactTimes({ link, reader }: Props) {
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
          <Moment at={link.linkedAt} words={day(link.linkedAt, reader)} reader={reader} />
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
              <time dateTime={at.toISOString()}>{exactly(at, reader)}</time>
            </dd>
          </div>
        ))}
      </dl>
    </Disclosure>
  );
}

import type { LinkedPortal } from "@/lib/accounts/linked-portal";
import { card } from "@/messages/en";
import { day, exactly } from "../../_components/moments";
import { fullName } from "../../_components/names";
import type { Reader } from "../../_components/reader";
import { Moment } from "./moment";

type Props = { link: LinkedPortal; member: string; reader: Reader };

/** Since when it is linked; opened, the times to the minute, for fingers and keyboards too and without any script. */
export function ExactTimes({ link, member, reader }: Props) {
  const times = [
    { label: card.linkedAt, at: link.linkedAt },
    ...(link.status.state === "unknown"
      ? []
      : [{ label: card.checkedAt, at: link.status.checkedAt }]),
  ];
  return (
    <details className="mt-2 -mb-2 text-ink-soft text-sm">
      <summary className="-mx-2 flex min-h-11 cursor-pointer flex-wrap content-center items-center justify-between gap-x-4 gap-y-1 rounded-lg px-2 py-2 hover:text-ink focus-visible:outline-offset-0">
        <span>
          {card.linkedSince}{" "}
          <Moment at={link.linkedAt} words={day(link.linkedAt, reader)} reader={reader} />
        </span>
        <span className="underline decoration-stone underline-offset-4">
          {card.exactTimes}
          <span className="sr-only">
            {card.exactTimesOf(fullName(link.portal.name, link.choiceLabel), member)}
          </span>
        </span>
      </summary>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 pt-2 pb-4">
        {times.map(({ label, at }) => (
          <div key={label} className="contents">
            <dt>{label}</dt>
            <dd className="text-ink">
              <time dateTime={at.toISOString()}>{exactly(at, reader)}</time>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

import { happened, notice, activity as said } from "@/messages/en";
import { namesOf } from "../../_components/names";
import type { Reader } from "../../_components/reader";
import { Moment } from "../_components/moment";
import { type Entry, timeOfDay } from "./days";

type Props = { entry: Entry; reader: Reader };

/** What happened and when, and the reference under which an administrator finds more of it. */
export function ActivityLine({ entry: { activity, times }, reader }: Props) {
  const written = new Intl.NumberFormat(reader.locale).format(times);
  return (
    <li className="gap-x-4 px-5 py-3.5 sm:flex sm:items-baseline sm:justify-between sm:px-6">
      <p className="min-w-0 text-pretty">
        {happened[activity.what](namesOf(activity.connection), activity.by !== "user")}
        {times === 1 && (
          <span className="block break-all text-ink-faint text-xs">
            {notice.reference(activity.reference)}
          </span>
        )}
      </p>
      <p className="shrink-0 text-ink-soft text-sm tabular-nums">
        {times > 1 && `${said.times(written)} `}
        <Moment at={activity.at} words={timeOfDay(activity.at, reader)} reader={reader} />
      </p>
    </li>
  );
}

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
    <li className="grid-cols-[1fr_auto] items-baseline gap-x-4 px-5 py-3.5 sm:grid sm:px-6">
      <p className="min-w-0 text-pretty">
        {happened[activity.what](namesOf(activity.connection), activity.by !== "user")}
      </p>
      <p className="text-ink-soft text-sm tabular-nums">
        {times > 1 && `${said.times(written)} `}
        <Moment at={activity.at} words={timeOfDay(activity.at, reader)} reader={reader} />
      </p>
      {times === 1 && (
        <p className="break-all text-ink-faint text-xs">{notice.reference(activity.reference)}</p>
      )}
    </li>
  );
}

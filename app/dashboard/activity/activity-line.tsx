import { happened, notice, activity as said } from "@/messages/en";
import { namesOf } from "../../_components/names";
import type { Viewer } from "../../_components/viewer";
import { TimeText } from "../_components/time-text";
import { type Entry, timeOfDay } from "./days";

type Props = { entry: Entry; viewer: Viewer };

/** What happened and when, and the reference under which an administrator finds more of it. */
export function ActivityLine({ entry: { activity, times }, viewer }: Props) {
  const written = new Intl.NumberFormat(viewer.locale).format(times);
  return (
    <li className="grid-cols-[1fr_auto] items-baseline gap-x-4 px-5 py-3.5 sm:grid sm:px-6">
      <p className="min-w-0 text-pretty">
        {happened[activity.what](
          namesOf(activity.connection),
          activity.by !== "user",
          activity.client,
        )}
      </p>
      <p className="text-ink-soft text-sm tabular-nums">
        {times > 1 && `${said.times(written)} `}
        <TimeText at={activity.at} words={timeOfDay(activity.at, viewer)} viewer={viewer} />
      </p>
      {times === 1 && (
        <p className="break-all text-ink-faint text-xs">{notice.reference(activity.reference)}</p>
      )}
    </li>
  );
}

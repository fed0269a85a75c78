import type { Viewer } from "../../_components/viewer";
import { TimeText } from "../_components/time-text";
import { type Entry, timeOfDay } from "./days";
import { happenedWords } from "./happened-words";

type Props = { entry: Entry; viewer: Viewer };

/** What happened and when, and the reference under which an administrator finds more of it. */
export function ActivityLine({ entry: { activity, times }, viewer }: Props) {
  const { t } = viewer;
  const time = timeOfDay(activity.at, viewer);
  const words = times > 1 ? t("activity.times", { count: times, time }) : time;
  return (
    <li className="grid-cols-[1fr_auto] items-baseline gap-x-4 px-5 py-3.5 sm:grid sm:px-6">
      <p className="wrap-anywhere min-w-0 text-pretty">{happenedWords(activity, t)}</p>
      <p className="text-ink-soft text-sm tabular-nums">
        <TimeText at={activity.at} words={words} viewer={viewer} />
      </p>
      {times === 1 && (
        <p className="break-all text-ink-faint text-xs">
          {t("site.reference", { reference: activity.reference })}
        </p>
      )}
    </li>
  );
}

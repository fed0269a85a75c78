"use client";

import { useSyncExternalStore } from "react";
import { exactly } from "../../_components/exact-time";
import { browserTimeZone } from "../../_components/time-zone";
import type { Habits } from "../../_components/viewer";

type Props = {
  at: Date;
  /** What to show of the moment; the exact time when there are none. */
  words: string | undefined;
  /** The exact time, as the server has written it for the viewer. */
  exact: string;
  habits: Habits;
};

const never = () => () => {};

/** A moment. Where the browser is in another time zone than the server knows, the exact time is rewritten in its place. */
export function LocalTime({ at, words, exact, habits }: Props) {
  const timeZone = useSyncExternalStore(never, browserTimeZone, () => habits.timeZone);
  const time = timeZone === habits.timeZone ? exact : exactly(at, { ...habits, timeZone });
  return (
    <time dateTime={at.toISOString()} title={words && time}>
      {words ?? time}
    </time>
  );
}

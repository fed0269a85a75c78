"use client";

import { useSyncExternalStore } from "react";
import { exactly } from "../../_components/moments";
import { browserTimeZone } from "../../_components/time-zone";
import type { Viewer } from "../../_components/viewer";

type Props = {
  at: Date;
  /** What to show of the moment; the exact time when there are none. */
  words: string | undefined;
  /** The exact time, as the server has written it for the viewer. */
  exact: string;
  viewer: Viewer;
};

const never = () => () => {};

/** A moment. Where the browser is in another time zone than the server knows, the exact time is rewritten in its place. */
export function LocalTime({ at, words, exact, viewer }: Props) {
  const timeZone = useSyncExternalStore(never, browserTimeZone, () => viewer.timeZone);
  const time = timeZone === viewer.timeZone ? exact : exactly(at, { ...viewer, timeZone });
  return (
    <time dateTime={at.toISOString()} title={words && time}>
      {words ?? time}
    </time>
  );
}

import { exactly } from "../../_components/moments";
import type { Viewer } from "../../_components/viewer";

/** A moment in few words; the exact one is its title here, and in `ExactTimes` for those without a mouse. */
export function TimeText({ at, words, viewer }: { at: Date; words: string; viewer: Viewer }) {
  return (
    <time dateTime={at.toISOString()} title={exactly(at, viewer)}>
      {words}
    </time>
  );
}

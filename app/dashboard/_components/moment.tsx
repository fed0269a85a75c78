import { exactly } from "../../_components/moments";
import type { Reader } from "../../_components/reader";

/** A moment in few words; the exact one is its title here, and in `ExactTimes` for those without a mouse. */
export function Moment({ at, words, reader }: { at: Date; words: string; reader: Reader }) {
  return (
    <time dateTime={at.toISOString()} title={exactly(at, reader)}>
      {words}
    </time>
  );
}

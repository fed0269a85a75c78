import { exactly } from "../../_components/moments";
import type { Viewer } from "../../_components/viewer";
import { LocalTime } from "./local-time";

type Props = { at: Date; words?: string; viewer: Viewer };

/** A moment in few words; the exact one is its title here, and in `ExactTimes` for those without a mouse. */
export function TimeText({ at, words, viewer }: Props) {
  return <LocalTime at={at} words={words} exact={exactly(at, viewer)} viewer={viewer} />;
}

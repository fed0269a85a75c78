import { exactly } from "../../_components/exact-time";
import type { Viewer } from "../../_components/viewer";
import { LocalTime } from "./local-time";

type Props = { at: Date; words?: string; viewer: Viewer };

/** A moment in few words; the exact one is its title. Without words, the exact one. */
export function TimeText({ at, words, viewer }: Props) {
  const { locale, timeZone } = viewer;
  return (
    <LocalTime at={at} words={words} exact={exactly(at, viewer)} habits={{ locale, timeZone }} />
  );
}

import type { ReactNode } from "react";
import { Chevron } from "./chevron";

type Props = {
  /** Inline content: with the aside, it is read out as the name of what opens. */
  summary: ReactNode;
  /** At the other end of the line. */
  aside?: ReactNode;
  children: ReactNode;
  open?: boolean;
  id?: string;
};

/** Something most people do not need, behind a line that says what it is. Opens without any script. */
export function Disclosure({ summary, aside, children, open = false, id }: Props) {
  return (
    <details id={id} open={open} className="group scroll-mt-4 text-sm">
      <summary className="-mx-2 flex min-h-11 cursor-pointer list-none items-center gap-3 rounded-lg px-2 py-2 text-ink-soft hover:text-ink focus-visible:outline-offset-0 [&::-webkit-details-marker]:hidden">
        <span className="min-w-0 flex-1">{summary}</span>
        {aside}
        <Chevron className="shrink-0 group-open:rotate-180 motion-safe:transition-transform" />
      </summary>
      {children}
    </details>
  );
}

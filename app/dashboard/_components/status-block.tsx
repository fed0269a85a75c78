import type { ReactNode } from "react";
import { Icon } from "../../_components/icon";

const looks = {
  works: { sign: "check", frame: "bg-good-soft", ink: "text-good" },
  rests: { sign: "resting", frame: "bg-sunken", ink: "text-ink-soft" },
  holds: { sign: "hold", frame: "bg-sunken", ink: "text-ink-soft" },
  aside: { sign: "pause", frame: "bg-sunken", ink: "text-ink-soft" },
  waits: { sign: "waiting", frame: "bg-sunken", ink: "text-ink-soft" },
  needs: { sign: "care", frame: "bg-care-soft", ink: "text-care" },
} as const;

type Props = {
  look: keyof typeof looks;
  word: string;
  /** Inline content, on the word's line. */
  children?: ReactNode;
  /** What can be done about it. */
  action?: ReactNode;
};

/** How a link is, by a sign, a word and a colour, which never disagree. */
export function StatusBlock({ look, word, children, action }: Props) {
  const { sign, frame, ink } = looks[look];
  return (
    <div className={`mt-4 rounded-lg px-3 py-2.5 ${frame}`}>
      <p className="flex gap-2">
        <Icon sign={sign} className={`size-6 shrink-0 ${ink}`} />
        <span className="min-w-0">
          <span className={`font-semibold ${ink}`}>{word}</span> {children}
        </span>
      </p>
      {action && <div className="mt-3 mb-1 ml-8">{action}</div>}
    </div>
  );
}

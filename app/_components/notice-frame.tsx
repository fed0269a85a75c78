import type { ReactNode } from "react";
import { Announcement } from "./announcement";
import { Icon } from "./icon";

const tones = {
  good: {
    frame: "border-good-line bg-good-soft",
    icon: "text-good",
    role: "status",
    sign: "check",
  },
  calm: { frame: "border-line bg-sunken", icon: "text-ink-soft", role: "status", sign: "pause" },
  invite: {
    frame: "border-line bg-sunken",
    icon: "text-accent-ink",
    role: "status",
    sign: "onward",
  },
  care: { frame: "border-care-line bg-care-soft", icon: "text-care", role: "alert", sign: "care" },
} as const;

export type Tone = keyof typeof tones;

type Props = {
  tone: Tone;
  title: string;
  body: string;
  next?: string | undefined;
  /** Under which the log knows more. */
  reference?: string | undefined;
  /** The way to whom it names. */
  help?: ReactNode;
  /** What it is about, where the same words may come again and are news then. */
  occasion?: string;
  children?: ReactNode;
};

/** Over a page's content: what has just happened, in words, and what can be done about it. */
export function NoticeFrame({
  tone,
  title,
  body,
  next,
  reference,
  help,
  occasion,
  children,
}: Props) {
  const { role, frame, icon, sign } = tones[tone];
  return (
    <Announcement
      key={`${title} ${body} ${occasion}`}
      role={role}
      labelledBy="notice-title"
      className={`flex gap-3 rounded-xl border p-4 sm:p-5 ${frame}`}
    >
      <Icon sign={sign} className={`mt-0.5 size-6 shrink-0 ${icon}`} />
      <div className="min-w-0 flex-1">
        <h2 id="notice-title" className="break-words font-semibold">
          {title}
        </h2>
        <p className="mt-1 text-ink-soft">{body}</p>
        {next && <p className="mt-2 font-medium">{next}</p>}
        <div className="mt-4 empty:hidden">{children}</div>
        <div className="mt-3 empty:hidden">{help}</div>
        {reference && <p className="mt-3 text-ink-soft text-sm">{reference}</p>}
      </div>
    </Announcement>
  );
}

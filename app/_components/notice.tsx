import type { ReactNode } from "react";
import type { Ending } from "@/lib/auth/problems";
import { notice, problems, successes } from "@/messages/en";
import { Announcement } from "./announcement";
import { Icon } from "./icon";
import { namesOf } from "./names";

const tones = {
  good: {
    frame: "border-good-line bg-good-soft",
    icon: "text-good",
    role: "status",
    sign: "check",
  },
  calm: { frame: "border-line bg-sunken", icon: "text-ink-soft", role: "status", sign: "pause" },
  care: { frame: "border-care-line bg-care-soft", icon: "text-care", role: "alert", sign: "care" },
} as const;

/** How a flow ended, in words. */
export function Notice({ ending, children }: { ending: Ending; children?: ReactNode }) {
  const tone = tones[toneOf(ending)];
  const { title, body, next } = sentencesOf(ending);
  return (
    <Announcement
      key={`${title} ${body}`}
      role={tone.role}
      labelledBy="notice-title"
      className={`flex gap-3 rounded-xl border p-4 sm:p-5 ${tone.frame}`}
    >
      <Icon sign={tone.sign} className={`mt-0.5 size-6 shrink-0 ${tone.icon}`} />
      <div className="min-w-0 flex-1">
        <h2 id="notice-title" className="font-semibold">
          {title}
        </h2>
        <p className="mt-1 text-ink-soft">{body}</p>
        {next && <p className="mt-2 font-medium">{next}</p>}
        {children && <div className="mt-4">{children}</div>}
        {ending.kind === "problem" && ending.reference && (
          <p className="mt-3 text-ink-soft text-sm">{notice.reference(ending.reference)}</p>
        )}
      </div>
    </Announcement>
  );
}

/** What the browser's tab says, and a screen reader first of all. */
export function titleOf(ending: Ending | null, page: string) {
  return ending ? `${sentencesOf(ending).title} · ${page}` : page;
}

function sentencesOf(ending: Ending): { title: string; body: string; next?: string } {
  const names = namesOf(ending.connection);
  return ending.kind === "success"
    ? successes[ending.success](names)
    : problems[ending.problem](names);
}

/** Saying no is nobody's mistake. */
function toneOf(ending: Ending): keyof typeof tones {
  if (ending.kind === "success") return "good";
  return ending.problem === "access_denied" ? "calm" : "care";
}

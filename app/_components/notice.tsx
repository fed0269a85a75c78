import type { ReactNode } from "react";
import type { Ending } from "@/lib/auth/flow/problems";
import { notice, problems, successes } from "@/messages/en";
import { namesOf } from "./names";
import { NoticeFrame, type Tone } from "./notice-frame";

/** How a flow ended, in words. */
export function Notice({ ending, children }: { ending: Ending; children?: ReactNode }) {
  const reference = ending.kind === "problem" ? ending.reference : null;
  return (
    <NoticeFrame
      tone={toneOf(ending)}
      {...sentencesOf(ending)}
      reference={reference ? notice.reference(reference) : undefined}
    >
      {children}
    </NoticeFrame>
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
function toneOf(ending: Ending): Tone {
  if (ending.kind === "success") return "good";
  return ending.problem === "access_denied" ? "calm" : "care";
}

import type { ReactNode } from "react";
import type { FlowResult } from "@/lib/auth/flow/problems";
import { onlyModeAt } from "@/lib/auth/pages/offers";
import { notice, problems, successes } from "@/messages/en";
import { namesOf } from "./names";
import { NoticeFrame, type Tone } from "./notice-frame";

/** How a flow ended, in words. */
export function Notice({ result, children }: { result: FlowResult; children?: ReactNode }) {
  const reference = result.kind === "problem" ? result.reference : null;
  return (
    <NoticeFrame
      tone={toneOf(result)}
      {...sentencesOf(result)}
      reference={reference ? notice.reference(reference) : undefined}
    >
      {children}
    </NoticeFrame>
  );
}

/** What the browser's tab says, and a screen reader first of all. */
export function titleOf(result: FlowResult | null, page: string) {
  return result ? `${sentencesOf(result).title} · ${page}` : page;
}

function sentencesOf(result: FlowResult): { title: string; body: string; next?: string } {
  const names = namesOf(result.connection);
  return result.kind === "success"
    ? successes[result.success](names)
    : problems[result.problem](names, result.mode ?? onlyModeAt(result.connection));
}

/** Saying no is not an error. */
function toneOf(result: FlowResult): Tone {
  if (result.kind === "success") return "good";
  return result.problem === "access_denied" ? "calm" : "care";
}

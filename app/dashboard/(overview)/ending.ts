import { type Ending, endingFrom } from "@/lib/auth/flow/problems";
import type { Question } from "@/lib/auth/linking/question";
import { questionFor } from "@/lib/auth/pages/link-changes";
import type { LiveSession } from "@/lib/auth/session/session";

type Shown = { ending: Ending | null; question: Question["kind"] | null };

/** How a flow ended, and what it still asks. A question that is closed by now is not put again: the page says so. */
export async function endingFor(
  session: LiveSession,
  query: Record<string, unknown>,
): Promise<Shown> {
  const ending = endingFrom(query);
  if (ending?.kind !== "problem" || !isAsking(ending.problem)) return { ending, question: null };
  const question = await questionFor(session, ending.reference);
  if (question === ending.problem) return { ending, question };
  return { ending: { ...ending, problem: "question_closed" }, question: null };
}

function isAsking(problem: string): problem is Question["kind"] {
  return problem === "elsewhere" || problem === "other_member";
}

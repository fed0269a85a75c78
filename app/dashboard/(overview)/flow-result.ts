import type { Question } from "@/lib/accounts/linking/question";
import { type FlowResult, flowResultFrom } from "@/lib/auth/flow/problems";
import { questionFor } from "@/lib/auth/pages/link-changes";
import type { LiveSession } from "@/lib/auth/session/session";

type Shown = { result: FlowResult | null; question: Question["kind"] | null };

/** How a flow ended, and what it still asks. A question that is closed by now is not put again: the page says so. */
export async function flowResultFor(
  session: LiveSession,
  query: Record<string, unknown>,
): Promise<Shown> {
  const result = flowResultFrom(query);
  if (result?.kind !== "problem" || !isAsking(result.problem)) return { result, question: null };
  const question = await questionFor(session, result.reference);
  if (question === result.problem) return { result, question };
  return { result: { ...result, problem: "question_closed" }, question: null };
}

function isAsking(problem: string): problem is Question["kind"] {
  return problem === "elsewhere" || problem === "other_member";
}

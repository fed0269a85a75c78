import Link from "next/link";
import type { Question } from "@/lib/accounts/linking/question";
import type { FlowResult } from "@/lib/auth/flow/problems";
import { nextStep } from "@/messages/en";
import { button } from "../../_components/button";
import { StartAgain } from "../../_components/start-again";
import { SubmitButton } from "../../_components/submit-button";
import { signInWith } from "../../sign-in/actions";
import { linkAsWell, linkPortal, moveLink } from "../actions";

type Props = {
  result: FlowResult;
  /** What the result still asks. */
  question: Question["kind"] | null;
  /** The connection that can be tried again from here. */
  again: string | null;
  /** Whether there is another portal to link. */
  linkable: boolean;
};

/** What a user can do next from a notice. */
export function NextStep({ result, question, again, linkable }: Props) {
  if (result.kind === "success") return null;
  const { problem, reference, mode } = result;
  const startAgain = again && (
    <StartAgain connection={again} action={mode === "signin" ? signInWith : linkPortal} />
  );
  switch (problem) {
    case "elsewhere":
      return (
        question === "elsewhere" &&
        reference && (
          <AnswerYes action={moveLink} reference={reference} pending={nextStep.bringing}>
            {nextStep.bringHere}
          </AnswerYes>
        )
      );
    case "other_member":
      return (
        <div className="flex flex-wrap gap-3">
          {question === "other_member" && reference && (
            <AnswerYes action={linkAsWell} reference={reference} pending={nextStep.leaving}>
              {nextStep.linkAsWell}
            </AnswerYes>
          )}
          {startAgain}
        </div>
      );
    case "last_way_in":
      return (
        <div className="flex flex-wrap gap-3">
          {linkable && (
            <a href="#link-another" className={button.quiet}>
              {nextStep.linkAnother}
            </a>
          )}
          <Link href="/dashboard/account/delete" className={button.quiet}>
            {nextStep.deleteAccount}
          </Link>
        </div>
      );
    case "wrong_password":
    case "wrong_tokens":
      return (
        <a href="#other-ways" className={button.quiet}>
          {problem === "wrong_password" ? nextStep.typeAgain : nextStep.pasteAgain}
        </a>
      );
    default:
      return startAgain;
  }
}

type AnswerProps = {
  action: (form: FormData) => Promise<void>;
  reference: string;
  pending: string;
  children: string;
};

/** Yes to the question that the notice puts. */
function AnswerYes({ action, reference, pending, children }: AnswerProps) {
  return (
    <form action={action}>
      <input type="hidden" name="reference" value={reference} />
      <SubmitButton pendingLabel={pending}>{children}</SubmitButton>
    </form>
  );
}

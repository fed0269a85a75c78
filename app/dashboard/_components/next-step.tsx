import type { Question } from "@/lib/accounts/linking/question";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { FlowResult } from "@/lib/auth/flow/problems";
import type { Translator } from "@/lib/language/translators";
import { button } from "../../_components/button";
import { StartAgain } from "../../_components/start-again";
import { SubmitButton } from "../../_components/submit-button";
import { signInWith } from "../../sign-in/actions";
import { linkAsWell, linkPortal, moveLink } from "../actions";
import { NameForm } from "./name-form";

type Props = {
  result: FlowResult;
  /** What the result still asks. */
  question: Question["kind"] | null;
  /** The connection that can be tried again from here. */
  again: string | null;
  /** Whether there is another portal to link. */
  linkable: boolean;
  links: readonly LinkedPortal[];
  t: Translator;
};

/** What a user can do next from a notice. */
export function NextStep({ result, question, again, linkable, links, t }: Props) {
  if (result.kind === "success") {
    const nameless = result.success === "linked" && namelessAmong(links, result.connection);
    return nameless ? <NameForm link={nameless} t={t} /> : null;
  }
  const { problem, reference, mode } = result;
  const startAgain = again && (
    <StartAgain connection={again} action={mode === "signin" ? signInWith : linkPortal} t={t} />
  );
  switch (problem) {
    case "elsewhere":
      return (
        question === "elsewhere" &&
        reference && (
          <AnswerYes action={moveLink} reference={reference} pending={t("next.bringing")}>
            {t("next.bringHere")}
          </AnswerYes>
        )
      );
    case "other_member":
      return (
        <div className="flex flex-wrap gap-3">
          {question === "other_member" && reference && (
            <AnswerYes action={linkAsWell} reference={reference} pending={t("next.leaving")}>
              {t("next.linkAsWell")}
            </AnswerYes>
          )}
          {startAgain}
        </div>
      );
    case "last_way_in":
      return (
        <div className="flex flex-wrap gap-3">
          {linkable && (
            <a href="/dashboard#link-another" className={button.quiet}>
              {t("next.linkAnother")}
            </a>
          )}
          <a href="/dashboard/account/delete" className={button.quiet}>
            {t("next.deleteAccount")}
          </a>
        </div>
      );
    case "wrong_password":
    case "wrong_tokens":
      return (
        <a href="#other-ways" className={button.quiet}>
          {problem === "wrong_password" ? t("next.typeAgain") : t("next.pasteAgain")}
        </a>
      );
    default:
      return startAgain;
  }
}

/** The newest link there, if neither its portal nor its user has told yet whose it is. */
function namelessAmong(links: readonly LinkedPortal[], connection: string | null) {
  const newest = links.findLast((each) => each.connection === connection);
  return newest && !newest.identified && newest.label === null ? newest : null;
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

import type { ReactNode } from "react";
import type { FlowResult } from "@/lib/auth/flow/problems";
import { onlyModeAt } from "@/lib/auth/pages/offers";
import type { Translator } from "@/lib/language/translators";
import { currentViewer } from "./current-viewer";
import { isForAdministrators } from "./for-administrators";
import { namesOf, UNNAMED } from "./names";
import { NoticeFrame, type Tone } from "./notice-frame";
import { TellAdministrator } from "./tell-administrator";

/** How a flow ended, in words. */
export async function Notice({ result, children }: { result: FlowResult; children?: ReactNode }) {
  const { t } = await currentViewer();
  const reference = result.kind === "problem" ? result.reference : null;
  return (
    <NoticeFrame
      tone={toneOf(result)}
      {...sentencesOf(result, t)}
      reference={reference ? t("site.reference", { reference }) : undefined}
      help={
        result.kind === "problem" &&
        isForAdministrators(`problems.${result.problem}.next`) && (
          <TellAdministrator reference={reference} t={t} />
        )
      }
    >
      {children}
    </NoticeFrame>
  );
}

/** What the browser's tab says, and a screen reader first of all. */
export function titleOf(result: FlowResult | null, page: string, t: Translator) {
  return result ? `${sentencesOf(result, t).title} · ${page}` : page;
}

function sentencesOf(
  result: FlowResult,
  t: Translator,
): { title: string; body: string; next?: string } {
  const names = namesOf(result.connection, t);
  if (result.kind === "success") {
    const values = { ...names, left: names.portal === UNNAMED ? "none" : "portal" };
    const key = `successes.${result.success}` as const;
    return { title: t(`${key}.title`), body: t(`${key}.body`, values) };
  }
  const tried = result.mode ?? onlyModeAt(result.connection) ?? "none";
  const values = { ...names, tried, notDone: t("notDone", { tried }) };
  const key = `problems.${result.problem}` as const;
  return {
    title: t(`${key}.title`, values),
    body: t(`${key}.body`, values),
    next: t(`${key}.next`, values),
  };
}

/** Saying no is not an error. */
function toneOf(result: FlowResult): Tone {
  if (result.kind === "success") return "good";
  return result.problem === "access_denied" ? "calm" : "care";
}

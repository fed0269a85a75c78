import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { listFormat } from "@/lib/language/formats";
import type { Translator } from "@/lib/language/translators";
import { NoticeFrame } from "../../_components/notice-frame";
import type { Viewer } from "../../_components/viewer";
import { type Condition, conditionOf } from "./condition";

type Props = {
  links: LinkedPortal[];
  /** The connection that was asked; all of them when null. */
  connection: string | null;
  viewer: Viewer;
};

/** What a check came to: how many links work, and which of them need the user. */
export function CheckNotice({ links, connection, viewer }: Props) {
  const asked = links.filter(
    (link) => link.aside === null && (connection === null || link.connection === connection),
  );
  if (asked.length === 0) return null;
  return (
    <NoticeFrame
      tone={toneOf(asked)}
      {...sentencesOf(asked, viewer)}
      occasion={asked.map(checkedAt).join()}
    />
  );
}

function sentencesOf(links: LinkedPortal[], { locale, t }: Viewer) {
  const [only] = links;
  if (only && links.length === 1) {
    const key = `checked.one.${conditionOf(only)}` as const;
    const names = { portal: only.badge.name };
    return { title: t(`${key}.title`, names), body: t(`${key}.body`) };
  }
  const all = links.length;
  const count = (condition: Condition) => inCondition(links, condition).length;
  const body = (["needYou", "onHold", "unknown"] as const).flatMap((condition) => {
    const who = inCondition(links, condition);
    if (who.length === 0) return [];
    const names = listFormat(locale).format([...new Set(who)]);
    return t(`checked.${condition}`, { names, count: who.length });
  });
  return {
    title: titleOf({ all, well: count("well"), inNeed: count("needYou") }, t),
    body: body.join(" ") || t("checked.well"),
  };
}

function titleOf(
  { all, well, inNeed }: { all: number; well: number; inNeed: number },
  t: Translator,
) {
  if (inNeed > 0) return t("checked.title.needYou", { count: inNeed, all });
  return well < all
    ? t("checked.title.unclear", { count: all - well, all })
    : t("checked.title.well", { all });
}

function toneOf(links: LinkedPortal[]) {
  const conditions = links.map(conditionOf);
  if (conditions.includes("needYou")) return "care";
  return conditions.every((condition) => condition === "well") ? "good" : "calm";
}

/** By name; links that share one are told apart by their rows. */
function inCondition(links: LinkedPortal[], condition: Condition) {
  return links.filter((link) => conditionOf(link) === condition).map(({ badge }) => badge.name);
}

/** The same outcome of another check is news. */
function checkedAt({ status }: LinkedPortal) {
  return status.state === "unknown" ? "" : status.checkedAt.getTime();
}

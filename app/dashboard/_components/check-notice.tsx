import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { checked, checkedOne } from "@/messages/en";
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
    (link) => !link.otherEnvironment && (connection === null || link.connection === connection),
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

function sentencesOf(links: LinkedPortal[], viewer: Viewer) {
  const [only] = links;
  if (only && links.length === 1) {
    return checkedOne[conditionOf(only)](only.shortName);
  }
  const tally = {
    all: links.length,
    well: inCondition(links, "well").length,
    needYou: inCondition(links, "needYou").length,
  };
  const list = new Intl.ListFormat(viewer.locale, { type: "conjunction" });
  const body = (["needYou", "onHold", "unknown"] as const).flatMap((condition) => {
    const who = inCondition(links, condition);
    return who.length > 0 ? checked[condition](list.format(who), who.length) : [];
  });
  return { title: checked.title(tally), body: body.join(" ") || checked.well };
}

function toneOf(links: LinkedPortal[]) {
  const conditions = links.map(conditionOf);
  if (conditions.includes("needYou")) return "care";
  return conditions.every((condition) => condition === "well") ? "good" : "calm";
}

/** By name; links that share one are told apart by their cards. */
function inCondition(links: LinkedPortal[], condition: Condition) {
  return links.filter((link) => conditionOf(link) === condition).map(({ shortName }) => shortName);
}

/** The same outcome of another check is news. */
function checkedAt({ status }: LinkedPortal) {
  return status.state === "unknown" ? "" : status.checkedAt.getTime();
}

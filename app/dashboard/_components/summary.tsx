import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Translator } from "@/lib/language/translators";
import { Icon } from "../../_components/icon";
import { groupOf } from "./link-groups";

type Props = { links: readonly LinkedPortal[]; now: Date; t: Translator };

/** "5 of 42 need you", which leads to them; or that all is well. */
export function Summary({ links, now, t }: Props) {
  const words = summaryOf(links, now, t);
  if (words === null) return null;
  const { text, group } = words;
  if (group === "works") {
    return (
      <p className="flex items-center gap-2 font-medium text-good">
        <Icon sign="check" className="size-5 shrink-0" />
        {text}
      </p>
    );
  }
  return (
    <p>
      <a
        href={`#group-${group}`}
        className={`-mx-2 inline-flex min-h-11 items-center gap-2 rounded-lg px-2 font-medium underline underline-offset-4 ${group === "needsYou" ? "text-care" : "text-ink-soft"}`}
      >
        <Icon sign={group === "needsYou" ? "care" : "hold"} className="size-5 shrink-0" />
        {text}
      </a>
    </p>
  );
}

/** How all is, in a few words for the page and its title; null where there is no link. */
export function summaryOf(links: readonly LinkedPortal[], now: Date, t: Translator) {
  const used = links.filter(({ aside }) => aside === null);
  if (used.length === 0) return null;
  const all = used.length;
  const count = (group: string) => used.filter((link) => groupOf(link, now) === group).length;
  const [inNeed, waiting] = [count("needsYou"), count("waiting")];
  if (inNeed > 0)
    return { group: "needsYou", text: t("dashboard.needYou", { count: inNeed, all }) } as const;
  if (waiting > 0)
    return { group: "waiting", text: t("dashboard.waiting", { count: waiting, all }) } as const;
  return { group: "works", text: t("dashboard.allWork", { count: all }) } as const;
}

import { type ActivityFilter, activityKinds } from "@/lib/accounts/audit";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Translator } from "@/lib/language/translators";
import { button } from "../../_components/button";
import { field } from "../../_components/field";
import { FilterSelect } from "../_components/filter-select";

type Props = { links: LinkedPortal[]; filter: ActivityFilter; t: Translator };

const kinds = Object.keys(activityKinds) as (keyof typeof activityKinds)[];

/** Looks for what happened to one link, for one kind, or for a reference. It is in the page's address, and needs no script. */
export function ActivityFilterForm({ links, filter, t }: Props) {
  return (
    <search>
      <form
        action="/dashboard/activity"
        aria-label={t("activity.filter.title")}
        className="mt-6 grid grid-cols-1 gap-2 sm:grid-cols-2"
      >
        <FilterSelect
          name="link"
          label={t("activity.filter.link")}
          all={t("activity.filter.allLinks")}
          chosen={filter.link ?? ""}
          options={links.map((link) => [link.id, nameOf(link)])}
        />
        <FilterSelect
          name="kind"
          label={t("activity.filter.kind")}
          all={t("activity.filter.allKinds")}
          chosen={filter.kind ?? ""}
          options={kinds.map((kind) => [kind, t(`activity.filter.kinds.${kind}`)])}
        />
        <input
          name="reference"
          defaultValue={filter.reference ?? ""}
          maxLength={100}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-label={t("activity.filter.reference")}
          placeholder={t("activity.filter.reference")}
          className={field.control}
        />
        <button type="submit" className={button.quiet}>
          {t("activity.filter.show")}
        </button>
      </form>
    </search>
  );
}

function nameOf({ badge, label, member }: LinkedPortal) {
  return [badge.name, label ?? member.name ?? member.email].filter(Boolean).join(", ");
}

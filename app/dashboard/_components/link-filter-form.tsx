import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { orderOf } from "@/lib/language/formats";
import { button } from "../../_components/button";
import { field } from "../../_components/field";
import type { Viewer } from "../../_components/viewer";
import { FilterSelect } from "./filter-select";
import { choicesFor, isFiltering, type LinkFilter } from "./link-filter";

type Props = {
  links: LinkedPortal[];
  shown: number;
  filter: LinkFilter;
  now: Date;
  viewer: Viewer;
};

/** Looks among many links by words, portal and state. What it looks for is in the page's address, and needs no script. */
export function LinkFilterForm({ links, shown, filter, now, viewer }: Props) {
  const { t, locale } = viewer;
  const { portals, states } = choicesFor(links, now);
  return (
    <search>
      <form
        action="/dashboard"
        aria-label={t("dashboard.filter.title")}
        className="grid grid-cols-2 gap-2 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto]"
      >
        <label className="col-span-2 sm:col-span-3">
          <span className={field.label}>{t("dashboard.filter.words")}</span>
          <input
            type="search"
            name="q"
            defaultValue={filter.q}
            maxLength={100}
            className={field.control}
          />
        </label>
        <FilterSelect
          name="portal"
          label={t("dashboard.filter.portal")}
          all={t("dashboard.filter.allPortals")}
          chosen={filter.portal}
          options={portals.toSorted(orderOf(locale).compare).map((name) => [name, name])}
        />
        <FilterSelect
          name="state"
          label={t("dashboard.filter.state")}
          all={t("dashboard.filter.allStates")}
          chosen={filter.state}
          options={states.map((name) => [name, t(`dashboard.groups.${name}`)])}
        />
        <button type="submit" className={`${button.quiet} max-sm:col-span-2`}>
          {t("dashboard.filter.show")}
        </button>
      </form>
      {isFiltering(filter) && (
        <p role="status" className="mt-2 flex flex-wrap items-center gap-x-3 text-ink-soft">
          {t("dashboard.filter.found", { count: shown, all: links.length })}
          <a href="/dashboard" className={button.plain}>
            {t("dashboard.filter.clear")}
          </a>
        </p>
      )}
    </search>
  );
}

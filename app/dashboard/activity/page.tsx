import type { Metadata } from "next";
import { activityFilterFrom, activityOf } from "@/lib/accounts/audit";
import { linkedPortals } from "@/lib/accounts/links/linked-portals";
import { productName } from "@/lib/auth/pages/offers";
import { requireSession } from "@/lib/auth/session/current-user";
import { button } from "../../_components/button";
import { currentViewer } from "../../_components/current-viewer";
import { DashboardHeader } from "../_components/dashboard-header";
import { ActivityFilterForm } from "./activity-filter-form";
import { ActivityLine } from "./activity-line";
import { byDay } from "./days";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await currentViewer()).t("activity.title") };
}

const PAGE = 100;

export default async function ActivityPage({ searchParams }: PageProps<"/dashboard/activity">) {
  const { user } = await requireSession();
  const query = await searchParams;
  const { before } = query;
  const filter = activityFilterFrom(query);
  const isFiltering = Object.values(filter).some((each) => each !== undefined);
  const { activities, older } = await activityOf(user, { before, limit: PAGE, filter });
  const links = await linkedPortals(user);
  const viewer = await currentViewer();
  const { t } = viewer;
  const none = isFiltering ? "none" : "empty";

  return (
    <>
      <DashboardHeader />
      <main id="content" tabIndex={-1} className="mx-auto max-w-2xl px-4 py-8 sm:px-8 sm:py-12">
        <h1 className="font-serif text-3xl tracking-tight sm:text-4xl">{t("activity.title")}</h1>
        <p className="mt-2 text-pretty text-ink-soft">
          {t("activity.introduction", { product: productName() })}
        </p>
        <ActivityFilterForm links={links} filter={filter} t={t} />
        {activities.length === 0 && (
          <div className="mt-8 rounded-2xl border border-line bg-surface px-5 py-6 shadow-card sm:px-6">
            <h2 className="font-semibold">{t(`activity.${none}Title`)}</h2>
            <p className="mt-1 text-pretty text-ink-soft">{t(`activity.${none}Body`)}</p>
          </div>
        )}
        {byDay(activities, viewer).map(({ day, entries }) => (
          <section key={day} className="mt-8">
            <h2 className="font-semibold text-lg">{day}</h2>
            <ul className="mt-3 divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
              {entries.map((entry) => (
                <ActivityLine key={entry.activity.id} entry={entry} viewer={viewer} />
              ))}
            </ul>
          </section>
        ))}
        <nav aria-label={t("activity.title")} className="mt-8 flex flex-wrap gap-3">
          {older && (
            <a href={addressWith(filter, older)} className={button.quiet}>
              {t("activity.older")}
            </a>
          )}
          {(before !== undefined || isFiltering) && (
            <a href="/dashboard/activity" className={button.quiet}>
              {t("activity.newest")}
            </a>
          )}
          <a href="/dashboard" className={button.quiet}>
            {t("activity.back")}
          </a>
        </nav>
      </main>
    </>
  );
}

function addressWith(filter: Record<string, string | undefined>, before: string) {
  const given = Object.entries({ ...filter, before }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return `/dashboard/activity?${new URLSearchParams(given)}`;
}

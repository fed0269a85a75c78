import type { Metadata } from "next";
import { cookies, headers } from "next/headers";
import Link from "next/link";
import { activityOf } from "@/lib/accounts/audit";
import { productName } from "@/lib/auth/pages/offers";
import { requireSession } from "@/lib/auth/session/current-user";
import { activity } from "@/messages/en";
import { button } from "../../_components/button";
import { englishFrom, TIME_ZONE_COOKIE, timeZoneFrom } from "../../_components/viewer";
import { DashboardHeader } from "../_components/dashboard-header";
import { ActivityLine } from "./activity-line";
import { byDay } from "./days";

export const metadata: Metadata = { title: activity.title };

const PAGE = 100;

export default async function ActivityPage({ searchParams }: PageProps<"/dashboard/activity">) {
  const { user } = await requireSession();
  const { before } = await searchParams;
  const { activities, older } = await activityOf(user, { before, limit: PAGE });
  const viewer = {
    locale: englishFrom((await headers()).get("accept-language")),
    timeZone: timeZoneFrom((await cookies()).get(TIME_ZONE_COOKIE)?.value),
  };

  return (
    <>
      <DashboardHeader />
      <main id="content" tabIndex={-1} className="mx-auto max-w-2xl px-4 py-8 sm:px-8 sm:py-16">
        <h1 className="font-serif text-3xl tracking-tight sm:text-4xl">{activity.title}</h1>
        <p className="mt-2 text-pretty text-ink-soft">{activity.introduction(productName())}</p>
        {activities.length === 0 && (
          <div className="mt-8 rounded-2xl border border-line bg-surface px-5 py-6 shadow-card sm:px-6">
            <h2 className="font-semibold">{activity.emptyTitle}</h2>
            <p className="mt-1 text-pretty text-ink-soft">{activity.emptyBody}</p>
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
        <nav aria-label={activity.title} className="mt-8 flex flex-wrap gap-3">
          {older && (
            <Link
              href={{ pathname: "/dashboard/activity", query: { before: older } }}
              className={button.quiet}
            >
              {activity.older}
            </Link>
          )}
          {before !== undefined && (
            <Link href="/dashboard/activity" className={button.quiet}>
              {activity.newest}
            </Link>
          )}
          <Link href="/dashboard" className={button.quiet}>
            {activity.back}
          </Link>
        </nav>
      </main>
    </>
  );
}

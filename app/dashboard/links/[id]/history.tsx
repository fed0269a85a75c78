import type { Activity } from "@/lib/accounts/audit";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { button } from "../../../_components/button";
import { ago } from "../../../_components/moments";
import type { Viewer } from "../../../_components/viewer";
import { TimeText } from "../../_components/time-text";
import { happenedWords } from "../../activity/happened-words";

type Props = { activities: Activity[]; link: LinkedPortal; now: Date; viewer: Viewer };

/** What has happened to the link lately. */
export function History({ activities, link, now, viewer }: Props) {
  const { t } = viewer;
  if (activities.length === 0) return <p className="text-ink-soft">{t("link.page.noHistory")}</p>;
  return (
    <>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
        {activities.map((activity) => (
          <li
            key={activity.id}
            className="grid-cols-[1fr_auto] items-baseline gap-x-4 px-4 py-2.5 sm:grid"
          >
            <p className="text-pretty">{happenedWords(activity, t)}</p>
            <p className="text-ink-soft text-sm">
              <TimeText at={activity.at} words={ago(activity.at, now, viewer)} viewer={viewer} />
            </p>
          </li>
        ))}
      </ul>
      <p className="mt-3">
        <a href={`/dashboard/activity?link=${link.id}`} className={button.quiet}>
          {t("link.page.allHistory")}
        </a>
      </p>
    </>
  );
}

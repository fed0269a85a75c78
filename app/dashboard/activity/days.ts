import type { Activity } from "@/lib/accounts/audit";
import { dateFormat } from "@/lib/language/formats";
import { day } from "../../_components/moments";
import type { Viewer } from "../../_components/viewer";

/** Something that happened, and how often it did so on its day: `times` is one unless it is routine. */
export type Entry = { activity: Activity; times: number };

/** What software does all day long: a hundred lines of it would hide the one that matters. */
const routine = /^(vend\.|refresh\.(succeeded|unavailable))/;

/** Activities by the viewer's day, in the order they come in. What is routine is one entry a day for each link. */
export function byDay(
  activities: readonly Activity[],
  viewer: Viewer,
): { day: string; entries: Entry[] }[] {
  const days = new Map<string, Map<string, Entry>>();
  for (const activity of activities) {
    const name = day(activity.at, viewer);
    const entries = days.get(name) ?? new Map<string, Entry>();
    days.set(name, entries);
    const { id, what, link, by, client } = activity;
    const key = routine.test(what) ? `${what} ${link} ${by} ${client}` : id;
    const known = entries.get(key);
    if (known) known.times += activity.times;
    else entries.set(key, { activity, times: activity.times });
  }
  return [...days].map(([name, entries]) => ({ day: name, entries: [...entries.values()] }));
}

/** "14:05", in the viewer's time zone; the day above says which that is. */
export function timeOfDay(at: Date, { locale, timeZone }: Viewer): string {
  const time = { hour: "2-digit", minute: "2-digit", timeZone: timeZone ?? "UTC" } as const;
  return dateFormat(locale, time).format(at);
}

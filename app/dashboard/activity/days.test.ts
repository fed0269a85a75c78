import { expect, test } from "vitest";
import type { Activity } from "@/lib/accounts/audit";
import { aViewer } from "../../testing";
import { byDay, timeOfDay } from "./days";

const brussels = aViewer();
const nowhere = aViewer({ timeZone: null });

let id = 100;
function activity(at: string, what: Activity["what"] = "link.succeeded", link = "a1"): Activity {
  id -= 1;
  const rest = {
    by: "user",
    client: null,
    link,
    connection: "casa",
    reference: "ref",
    times: 1,
  } as const;
  return { id: String(id), at: new Date(at), what, ...rest };
}

test("a day is the viewer's day", () => {
  const activities = [activity("2026-11-22T23:30:00Z"), activity("2026-11-22T10:00:00Z")];
  expect(byDay(activities, brussels).map(({ day }) => day)).toEqual([
    "23 November 2026",
    "22 November 2026",
  ]);
  expect(byDay(activities, nowhere).map(({ day }) => day)).toEqual(["22 November 2026, UTC"]);
  expect(timeOfDay(new Date("2026-11-22T23:30:00Z"), brussels)).toBe("00:30");
});

test("what software does again and again is one entry a day for each link, where it happened last", () => {
  const days = byDay(
    [
      activity("2026-11-22T12:00:00Z", "vend.succeeded"),
      activity("2026-11-22T11:30:00Z", "vend.succeeded", "a2"),
      activity("2026-11-22T11:00:00Z", "vend.succeeded"),
      activity("2026-11-22T10:00:00Z", "relink.succeeded"),
      activity("2026-11-22T09:00:00Z", "relink.succeeded"),
      activity("2026-11-21T09:00:00Z", "vend.succeeded"),
    ],
    brussels,
  );
  const told = days.map(({ entries }) =>
    entries.map(({ activity: { what, link, at }, times }) => [what, link, at.getUTCHours(), times]),
  );
  expect(told).toEqual([
    [
      ["vend.succeeded", "a1", 12, 2],
      ["vend.succeeded", "a2", 11, 1],
      ["relink.succeeded", "a1", 10, 1],
      ["relink.succeeded", "a1", 9, 1],
    ],
    [["vend.succeeded", "a1", 9, 1]],
  ]);
});

test("no day and no entry comes of nothing", () => {
  expect(byDay([], brussels)).toEqual([]);
});

test("a row that counts a minute counts for as many", () => {
  const counted = { ...activity("2026-11-22T12:00:00Z", "vend.succeeded"), times: 40 };
  const one = activity("2026-11-22T11:00:00Z", "vend.succeeded");
  const [day] = byDay([counted, one], brussels);
  expect(day?.entries.map(({ times }) => times)).toEqual([41]);
});

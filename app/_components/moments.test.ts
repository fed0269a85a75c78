import { expect, test } from "vitest";
import { aViewer } from "../testing";
import { exactly } from "./exact-time";
import { ago, comingDay, day, since } from "./moments";

const now = new Date("2026-11-22T13:05:00Z");
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);

test.each([
  [0, "just now"],
  [59, "just now"],
  [60, "1 minute ago"],
  [5 * 60 + 30, "5 minutes ago"],
  [59 * 60 + 59, "59 minutes ago"],
  [60 * 60, "1 hour ago"],
  [23 * 3600 + 3599, "23 hours ago"],
  [24 * 3600, "1 day ago"],
  [29 * 86400, "29 days ago"],
  [30 * 86400, "1 month ago"],
  [364 * 86400, "12 months ago"],
  [365 * 86400, "1 year ago"],
  [-30, "just now"],
])("%i seconds back is %s", (seconds, words) => {
  expect(ago(before(seconds), now, aViewer())).toBe(words);
});

test("a day is the viewer's day", () => {
  const lateInParis = new Date("2026-11-22T23:30:00Z");
  expect(day(lateInParis, aViewer({ timeZone: "Europe/Paris" }))).toBe("23 November 2026");
  expect(day(lateInParis, aViewer({ locale: "en-US", timeZone: "America/Chicago" }))).toBe(
    "November 22, 2026",
  );
});

test("a day without a known time zone says that it is UTC's", () => {
  expect(day(now, aViewer({ timeZone: null }))).toBe("22 November 2026, UTC");
});

test("a day that comes soon needs no year", () => {
  const paris = aViewer({ timeZone: "Europe/Paris" });
  expect(comingDay(new Date("2027-03-03T09:00:00Z"), now, paris)).toBe("3 March");
  expect(comingDay(new Date("2027-11-22T09:00:00Z"), now, paris)).toBe("22 November 2027");
  expect(comingDay(before(0), now, { ...paris, timeZone: null })).toBe("22 November, UTC");
});

test("the exact time always names its zone", () => {
  expect(exactly(now, { locale: "en-GB", timeZone: "Europe/Paris" })).toBe(
    "22 November 2026 at 14:05 CET",
  );
  expect(exactly(now, { locale: "en-GB", timeZone: null })).toBe("22 November 2026 at 13:05 UTC");
});

test("what began today needs no day", () => {
  const paris = aViewer({ timeZone: "Europe/Paris" });
  expect(since(new Date("2026-11-22T09:05:00Z"), now, paris)).toBe("10:05");
  expect(since(new Date("2026-11-21T20:05:00Z"), now, paris)).toBe("21 November at 21:05");
  expect(since(new Date("2026-11-22T09:05:00Z"), now, aViewer({ timeZone: null }))).toBe(
    "09:05, UTC",
  );
});

test("times are told in the reader's language", () => {
  const german = aViewer({ language: "de", locale: "de-AT", timeZone: "Europe/Vienna" });
  expect(ago(before(5 * 60), now, german)).toBe("vor 5 Minuten");
  expect(comingDay(new Date("2027-03-03T09:00:00Z"), now, german)).toBe("3. März");
});

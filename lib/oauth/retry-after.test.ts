import { expect, test } from "vitest";
import { retryAfterSeconds } from "./retry-after";

const now = new Date("2026-11-27T12:00:00Z");
const read = (value: string, more: Record<string, string> = {}) =>
  retryAfterSeconds(new Headers({ "retry-after": value, ...more }), now);

test.each<[value: string, seconds: number | null]>([
  ["120", 120],
  [" 0 ", 0],
  ["Fri, 27 Nov 2026 12:01:00 GMT", 60], // RFC 9110 section 5.6.7
  ["Friday, 27-Nov-26 12:01:00 GMT", 60],
  ["Fri Nov 27 12:01:00 2026", 60],
  ["Fri, 27 Nov 2026 11:00:00 GMT", 0],
])("the forms of RFC 9110 section 10.2.3: %j is %s", (value, seconds) => {
  expect(read(value)).toBe(seconds);
});

test.each<[value: string, seconds: number | null]>([
  ["1.5", 2],
  ["-5", 0],
  ['"30"', 30],
  ["30s", 30],
  ["30 seconds", 30],
  ["2 minutes", 120],
  ["1h", 3600],
  ["1500ms", 2],
  ["PT1M30S", 90],
  ["2026-11-27T12:01:00Z", 60],
  ["2026-11-27T13:01:00+01:00", 60],
  ["2026-11-27 12:01:00", 60],
  [String(now.getTime() / 1000 + 60), 60],
  [String(now.getTime() + 60_000), 60],
  ["30, 90", 90],
  ["Fri, 27 Nov 2026 12:01:00 GMT, Fri, 27 Nov 2026 12:02:00 GMT", 120],
])("forms that are seen: %j is %s", (value, seconds) => {
  expect(read(value)).toBe(seconds);
});

test.each(["soon", "", "30 parsecs", "1e3", "NaN", "Infinity", "P", "27"])(
  "%j says nothing, or seconds",
  (value) => expect(read(value)).toBe(value === "27" ? 27 : null),
);

test.each(["999999999", "9".repeat(300), "Fri, 27 Nov 2126 12:00:00 GMT", "3650 days", "P9999D"])(
  "an absurd wait is a day: %s",
  (value) => expect(read(value)).toBe(86_400),
);

test("a date is counted from the clock that it was read off", () => {
  const date = "Fri, 27 Nov 2026 10:00:00 GMT";
  expect(read("Fri, 27 Nov 2026 10:00:30 GMT", { date })).toBe(30);
});

test("without the header there is nothing to wait for", () => {
  expect(retryAfterSeconds(new Headers())).toBeNull();
});

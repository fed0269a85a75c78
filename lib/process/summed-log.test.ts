import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { logSummed } from "./summed-log";
import { beginProcess } from "./testing";

let lines: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  vi.spyOn(console, "error").mockImplementation((line) => void lines.push(line));
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  beginProcess();
});

const events = () => lines.map((line) => JSON.parse(line));

test("a thousand lines of one event are ten, and one a minute later that counts the rest", () => {
  for (let n = 0; n < 1_000; n += 1) logSummed("warn", "limit.codes", { portal: "a" });
  logSummed("warn", "limit.sessions");
  expect(events()).toHaveLength(11);
  expect(events()[0]).toMatchObject({ event: "limit.codes", portal: "a" });
  vi.advanceTimersByTime(60_000);
  expect(events().slice(11)).toMatchObject([
    { level: "warn", event: "log.summed", of: "limit.codes", more: 990 },
  ]);
  logSummed("warn", "limit.codes", { portal: "a" });
  expect(events()).toHaveLength(13);
});

test("what is seldom has its lines and no count", () => {
  for (let n = 0; n < 10; n += 1) logSummed("warn", "limit.codes");
  vi.advanceTimersByTime(60_000);
  expect(events()).toHaveLength(10);
});

import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { log, printErrorsAsLines } from "./log";

/** The one that everybody prints to. */
const { console } = globalThis;

let printed: MockInstance;

beforeEach(() => {
  printed = vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test.each([
  ["", ["told", "odd", "wrong"]],
  ["info", ["told", "odd", "wrong"]],
  ["warn", ["odd", "wrong"]],
  ["error", ["wrong"]],
])("with LOG_LEVEL=%j there are lines of that level and of graver ones", (level, events) => {
  vi.stubEnv("LOG_LEVEL", level);
  const told = vi.spyOn(console, "log").mockImplementation(() => {});
  log("info", "told");
  log("warn", "odd");
  log("error", "wrong");
  const lines = [...told.mock.calls, ...printed.mock.calls].flat();
  expect(lines.map((line) => JSON.parse(line).event)).toEqual(events);
});

test.each(["error", "warn"] as const)(
  "an error that Next prints by console.%s is a line of ours, with its place and without its message",
  (level) => {
    printErrorsAsLines();
    console[level]("⨯", new RangeError("a secret"));
    expect(printed).toHaveBeenCalledTimes(1);
    const line = String(printed.mock.calls[0]?.[0]);
    expect(JSON.parse(line)).toMatchObject({
      level,
      event: "error.printed",
      thrown: "RangeError",
      where: expect.stringContaining("log.test.ts"),
    });
    expect(line).not.toContain("a secret");
  },
);

test("everything else is printed as it is", () => {
  printErrorsAsLines();
  console.error("a sentence of %s", "Next");
  expect(printed.mock.calls).toEqual([["a sentence of %s", "Next"]]);
});

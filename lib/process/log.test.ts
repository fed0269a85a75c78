import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { printErrorsAsLines } from "./log";

/** The one that everybody prints to. */
const { console } = globalThis;

let printed: MockInstance;

beforeEach(() => {
  printed = vi.spyOn(console, "error").mockImplementation(() => {});
  printErrorsAsLines();
});

afterEach(() => vi.restoreAllMocks());

test("an error is printed as a line of ours, with its place and without its message", () => {
  console.error("⨯", new RangeError("a secret"));
  expect(printed).toHaveBeenCalledTimes(1);
  const line = String(printed.mock.calls[0]?.[0]);
  expect(JSON.parse(line)).toMatchObject({
    level: "error",
    event: "error.printed",
    thrown: "RangeError",
    where: expect.stringContaining("log.test.ts"),
  });
  expect(line).not.toContain("a secret");
});

test("everything else is printed as it is", () => {
  console.error("a sentence of %s", "Next");
  expect(printed.mock.calls).toEqual([["a sentence of %s", "Next"]]);
});

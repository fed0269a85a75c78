import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { beginProcess } from "./testing";

beforeEach(beginProcess);
afterEach(beginProcess);

/** As a module that Next evaluates anew. */
async function evaluated() {
  vi.resetModules();
  return import("./process-wide");
}

test("a module that is evaluated twice shares what the first one made", async () => {
  const make = vi.fn(() => ({ count: 0 }));
  const [one, two] = [await evaluated(), await evaluated()];
  expect(one.processWide).not.toBe(two.processWide);
  one.processWide("counter", make)().count += 1;
  expect(two.processWide("counter", make)()).toEqual({ count: 1 });
  expect(make).toHaveBeenCalledTimes(1);
});

test("nothing is made before it is asked for, and each name has its own", async () => {
  const { processWide } = await evaluated();
  const make = vi.fn(() => new Set<string>());
  const [one, other] = [processWide("one", make), processWide("other", make)];
  expect(make).not.toHaveBeenCalled();
  one().add("x");
  expect([one().size, other().size]).toEqual([1, 0]);
});

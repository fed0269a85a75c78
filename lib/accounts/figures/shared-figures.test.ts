import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { beginProcess } from "@/lib/process/testing";
import { readFigures } from "./figures";
import type { Figures } from "./shape";
import { sharedFigures } from "./shared-figures";

vi.mock("./figures", () => ({ readFigures: vi.fn() }));

beforeEach(() => {
  beginProcess();
  vi.useFakeTimers({ toFake: ["performance"] });
  vi.mocked(readFigures).mockImplementation(async () => ({ links_share: 1 }) as Figures);
});

afterEach(() => {
  vi.useRealTimers();
  vi.mocked(readFigures).mockReset();
});

test("who asks at once, or soon after, asks the database once", async () => {
  const [one, other] = await Promise.all([sharedFigures(), sharedFigures()]);
  expect(other).toBe(one);
  vi.advanceTimersByTime(4_900);
  expect(await sharedFigures()).toBe(one);
  expect(readFigures).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(200);
  expect(await sharedFigures()).not.toBe(one);
  expect(readFigures).toHaveBeenCalledTimes(2);
});

test("what takes long is not begun again before it has ended, and its answer is good from then on", async () => {
  let end = (_: Figures) => {};
  vi.mocked(readFigures).mockReturnValueOnce(new Promise((resolve) => (end = resolve)));
  const slow = sharedFigures();
  vi.advanceTimersByTime(60_000);
  const second = sharedFigures();
  end({ links_share: 0.5 } as Figures);
  expect([await slow, await second]).toEqual([{ links_share: 0.5 }, { links_share: 0.5 }]);
  vi.advanceTimersByTime(4_000);
  await sharedFigures();
  expect(readFigures).toHaveBeenCalledTimes(1);
});

test("a failure is every asker's own, and not remembered", async () => {
  vi.mocked(readFigures).mockRejectedValueOnce(new Error("away"));
  const asked = await Promise.allSettled([sharedFigures(), sharedFigures()]);
  expect(asked.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await sharedFigures()).toEqual({ links_share: 1 });
  expect(readFigures).toHaveBeenCalledTimes(2);
});

import { setImmediate as tick } from "node:timers/promises";
import { expect, test } from "vitest";
import { inParallel } from "./in-parallel";

test("every item has its turn, in order, and never more than the limit at once", async () => {
  const begun: number[] = [];
  let [running, most] = [0, 0];
  await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    begun.push(item);
    running += 1;
    most = Math.max(most, running);
    await tick();
    running -= 1;
  });
  expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
  expect(running).toBe(0);
});

test("a limit above the number of items is no trouble, nor are no items", async () => {
  const seen: string[] = [];
  await inParallel(["a"], 4, async (item) => seen.push(item));
  await inParallel([], 4, async () => seen.push("never"));
  expect(seen).toEqual(["a"]);
});

test.each([1, 2])(
  "those that fail are told, and the others run all the same, %i at once",
  async (limit) => {
    const seen: number[] = [];
    const failing = inParallel([1, 2, 3, 4, 5], limit, async (item) => {
      await tick();
      if (item < 4) throw new Error(`item ${item}`);
      seen.push(item);
    });
    await expect(failing).rejects.toThrow("item 1");
    expect(seen).toEqual([4, 5]);
  },
);

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { afterAnswer } from "./after-answer";
import { backgroundDone } from "./background";
import { beginProcess } from "./testing";

/** A request: what is to be done when it has been answered. Null outside of one. */
const request = vi.hoisted(() => ({ after: null as (() => unknown)[] | null }));

vi.mock("next/server", async (original) => {
  const next = await original<typeof import("next/server")>();
  const after: typeof next.after = (task) => {
    if (!request.after) return next.after(task); // which throws
    if (typeof task === "function") request.after.push(task);
  };
  return { ...next, after };
});

beforeEach(beginProcess);
afterEach(() => {
  request.after = null;
});

test("work begins when the request has been answered, and the end waits for it", async () => {
  request.after = [];
  const done: string[] = [];
  afterAnswer(async () => {
    done.push("begun");
    await Promise.resolve();
    done.push("ended");
  });
  await backgroundDone();
  expect(done).toEqual([]);
  for (const task of request.after) expect(task()).toBeUndefined(); // so that Next does not wait as well
  await backgroundDone();
  expect(done).toEqual(["begun", "ended"]);
});

test("where there is no request it begins at once, and the end waits for it", async () => {
  const done: string[] = [];
  afterAnswer(async () => {
    await Promise.resolve();
    done.push("ended");
  });
  await backgroundDone();
  expect(done).toEqual(["ended"]);
});

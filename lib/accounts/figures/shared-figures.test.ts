import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { beginProcess } from "@/lib/process/testing";
import { readFigures } from "./figures";
import type { Figures } from "./shape";
import { sharedFigures } from "./shared-figures";

vi.mock("./figures", () => ({ readFigures: vi.fn() }));

const PATIENCE_MS = 20;

const logged = vi.fn();

beforeEach(() => {
  beginProcess();
  vi.useFakeTimers({ toFake: ["performance"] });
  vi.spyOn(console, "error").mockImplementation(logged);
  vi.mocked(readFigures).mockImplementation(async () => ({ links_share: 1 }) as Figures);
});

afterEach(() => {
  vi.useRealTimers();
  vi.mocked(readFigures).mockReset();
  logged.mockReset();
});

const shared = () => sharedFigures(PATIENCE_MS);

/** The next reading takes until it is ended. */
function slowReading() {
  let [resolve, fail] = [(_: Figures) => {}, (_: Error) => {}];
  const reading = new Promise<Figures>((...ends) => ([resolve, fail] = ends));
  vi.mocked(readFigures).mockReturnValueOnce(reading);
  return { end: (share: number) => resolve({ links_share: share } as Figures), fail };
}

test("who asks at once, or soon after, asks the database once", async () => {
  const [one, other] = await Promise.all([shared(), shared()]);
  expect(other?.figures).toBe(one?.figures);
  vi.advanceTimersByTime(4_900);
  expect((await shared())?.figures).toBe(one?.figures);
  expect(readFigures).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(200);
  expect((await shared())?.figures).not.toBe(one?.figures);
  expect(readFigures).toHaveBeenCalledTimes(2);
});

test("what takes long is not begun again before it has ended, and its answer is good from then on", async () => {
  const { end } = slowReading();
  const slow = shared();
  vi.advanceTimersByTime(60_000);
  const second = shared();
  end(0.5);
  const read = { figures: { links_share: 0.5 }, age: 60 };
  expect([await slow, await second]).toEqual([read, read]);
  vi.advanceTimersByTime(4_000);
  expect(await shared()).toEqual({ ...read, age: 64 });
  expect(readFigures).toHaveBeenCalledTimes(1);
});

test("where every reading takes longer than askers wait, each gets what the last one gave, with its age", async () => {
  const first = slowReading();
  expect(await shared()).toBeNull();
  first.end(0.1);
  expect(await shared()).toEqual({ figures: { links_share: 0.1 }, age: 0 });
  vi.advanceTimersByTime(15_000);
  const second = slowReading();
  expect(await shared()).toEqual({ figures: { links_share: 0.1 }, age: 15 });
  second.end(0.2);
  vi.advanceTimersByTime(15_000);
  await shared();
  slowReading();
  vi.advanceTimersByTime(15_000);
  expect(await shared()).toEqual({ figures: { links_share: 0.2 }, age: 30 });
  expect(readFigures).toHaveBeenCalledTimes(3);
});

test("after a failure, also a late one, no one gets figures until they are read again", async () => {
  await shared();
  vi.advanceTimersByTime(15_000);
  const { fail } = slowReading();
  expect(await shared()).toMatchObject({ age: 15 });
  fail(new Error("away"));
  await vi.waitFor(() => expect(logged).toHaveBeenCalledTimes(1));
  const next = slowReading();
  expect(await shared()).toBeNull();
  next.end(0.3);
  expect(await shared()).toMatchObject({ figures: { links_share: 0.3 } });
});

test("a failure is told to all who wait for it, and not remembered", async () => {
  vi.mocked(readFigures).mockRejectedValueOnce(new Error("away"));
  expect(await Promise.all([shared(), shared()])).toEqual([null, null]);
  expect(await shared()).toMatchObject({ figures: { links_share: 1 } });
  expect(readFigures).toHaveBeenCalledTimes(2);
});

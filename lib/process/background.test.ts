import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backgroundDone, inBackground, waitAtMost } from "./background";
import { beginProcess } from "./testing";

beforeEach(beginProcess);
afterEach(() => vi.restoreAllMocks());

/** Work that ends when it is told to. */
function work() {
  let end = () => {};
  const done = new Promise<void>((resolve) => (end = resolve));
  return { done, end };
}

/** What has come to its end, in order. */
function endings(named: Record<string, Promise<unknown>>) {
  const ended: string[] = [];
  for (const [name, promise] of Object.entries(named)) promise.then(() => ended.push(name));
  return ended;
}

test("the end waits for all that is under way, and for what that begins", async () => {
  const [first, second] = [work(), work()];
  inBackground(first.done.then(() => inBackground(second.done)));
  const end = backgroundDone();
  const ended = endings({ first: first.done, second: second.done, end });
  first.end();
  await first.done;
  second.end();
  await end;
  expect(ended).toEqual(["first", "second", "end"]);
  await backgroundDone(); // nothing is left
});

test("what fails behind an answer is in the log, and the end does not mind", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  inBackground(Promise.reject(new TypeError("secret")));
  await backgroundDone();
  expect(JSON.parse(said.mock.calls.flat().join())).toMatchObject({
    event: "background.failed",
    thrown: "TypeError",
  });
  expect(said.mock.calls.flat().join()).not.toContain("secret");
});

test("work is waited for as long as told, and goes on after that", async () => {
  const slow = work();
  await waitAtMost(10, slow.done);
  const end = backgroundDone();
  const ended = endings({ slow: slow.done, end });
  slow.end();
  await end;
  expect(ended).toEqual(["slow", "end"]);
});

test("work that is over in time is not waited for any longer", async () => {
  await waitAtMost(60_000, Promise.resolve());
});

test("work that fails in time fails the wait for it", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  await expect(waitAtMost(60_000, Promise.reject(new Error("no")))).rejects.toThrow("no");
});

import { expect, test } from "vitest";
import { Bucket } from "./bucket";

test("a burst passes, and what is over it waits for as long as it is told", () => {
  const bucket = new Bucket({ perSecond: 50, burst: 500 }, 0);
  for (let n = 0; n < 500; n += 1) expect(bucket.take(0).allowed).toBe(true);
  expect(bucket.take(0)).toMatchObject({ allowed: false, retryAfter: 1 });
  expect(bucket.take(1_000).allowed).toBe(true);
});

test("in the long run it is so many a second", () => {
  const bucket = new Bucket({ perSecond: 10, burst: 20 }, 0);
  let passed = 0;
  for (let now = 0; now < 60_000; now += 20) if (bucket.take(now).allowed) passed += 1;
  expect(passed).toBeGreaterThanOrEqual(619);
  expect(passed).toBeLessThanOrEqual(621);
});

test("a clock that goes back gives nothing and takes nothing", () => {
  const bucket = new Bucket({ perSecond: 1, burst: 1 }, 1_000);
  expect(bucket.take(1_000).allowed).toBe(true);
  expect(bucket.take(0).allowed).toBe(false);
});

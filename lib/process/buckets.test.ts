import { expect, test } from "vitest";
import { Buckets } from "./buckets";
import { TooManyRequests } from "./too-many-requests";

test("each name has a bucket of its own", () => {
  const buckets = new Buckets({ perSecond: 0.5, burst: 2 });
  const refused = (name: string, now: number) => {
    try {
      buckets.take(name, now);
      return null;
    } catch (error) {
      return error instanceof TooManyRequests ? error.retryAfter : error;
    }
  };
  expect([refused("a", 0), refused("a", 0), refused("a", 0)]).toEqual([null, null, 2]);
  expect(refused("b", 0)).toBeNull();
  expect(refused("a", 2_000)).toBeNull();
});

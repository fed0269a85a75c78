import { afterEach, expect, test } from "vitest";
import { beginProcess } from "@/lib/process/testing";
import { takeFor } from "./rate-limit";

afterEach(beginProcess);

test("the headers are those of draft-ietf-httpapi-ratelimit-headers", () => {
  const rate = { perSecond: 3, burst: 10 };
  expect(takeFor("key", rate, 0).headers).toEqual({
    "ratelimit-policy": '"requests";q=10;w=4',
    ratelimit: '"requests";r=9;t=1',
  });
  expect(takeFor("key", rate, 0).headers.ratelimit).toBe('"requests";r=8;t=1');
  expect(takeFor("key", rate, 60_000).headers.ratelimit).toBe('"requests";r=9;t=1');
});

import { expect, test } from "vitest";
import type { LinkedPortal, LinkStatus } from "@/lib/accounts/links/linked-portal";
import { aLink } from "../../testing";
import { conditionOf, needsConsentSoon } from "./condition";

const now = new Date("2026-11-22T13:05:00Z");
const checkedAt = now;

test.each<[LinkStatus, string]>([
  [{ state: "connected", checkedAt }, "well"],
  [{ state: "stale", reason: "expired_token", checkedAt }, "well"],
  [{ state: "stale", reason: "timed_out", checkedAt }, "onHold"],
  [{ state: "broken", reason: "invalid_grant", checkedAt }, "needYou"],
  [{ state: "unknown" }, "unknown"],
])("%j is %s", (status, condition) => {
  expect(conditionOf({ status })).toBe(condition);
});

test("consent is pressing in the last two weeks, and afterwards, but not where the link needs its member anyway", () => {
  const inDays = (days: number, changes: Partial<LinkedPortal> = {}) =>
    needsConsentSoon(
      aLink({ consentBy: new Date(now.getTime() + days * 86_400_000), ...changes }),
      now,
    );
  expect([15, 13, 0, -1].map((days) => inDays(days))).toEqual([false, true, true, true]);
  expect(inDays(1, { status: { state: "broken", reason: "expired_token", checkedAt } })).toBe(
    false,
  );
  expect(inDays(1, { aside: "other_environment" })).toBe(false);
  expect(needsConsentSoon(aLink(), now)).toBe(false);
});

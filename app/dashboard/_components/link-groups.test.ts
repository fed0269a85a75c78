import { expect, test } from "vitest";
import { aLink } from "../../testing";
import { groupOf, groupsOf } from "./link-groups";

const now = new Date("2026-11-22T13:05:00Z");
const checkedAt = now;
const broken = { state: "broken", reason: "invalid_grant", checkedAt } as const;
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);

test.each([
  ["works", {}],
  ["works", { status: { state: "unknown" } }],
  ["works", { status: { state: "stale", reason: "expired_token", checkedAt } }],
  ["waiting", { status: { state: "stale", reason: "timed_out", checkedAt } }],
  ["waiting", { troubleSince: now }],
  ["needsYou", { status: broken }],
  ["needsYou", { status: broken, troubleSince: now }],
  ["needsYou", { consentBy: inDays(3) }],
  ["works", { consentBy: inDays(30) }],
  ["notInUse", { aside: "not_offered", status: broken }],
  ["notInUse", { aside: "other_environment", consentBy: inDays(3) }],
] as const)("%s: %j", (group, changes) => {
  expect(groupOf(aLink(changes), now)).toBe(group);
});

test("what needs its user comes first, and a group without links is none", () => {
  const links = [aLink({ id: "a" }), aLink({ id: "b", status: broken }), aLink({ id: "c" })];
  const shown = groupsOf(links, now).map((group) => [group.name, group.links.map(({ id }) => id)]);
  expect(shown).toEqual([
    ["needsYou", ["b"]],
    ["works", ["a", "c"]],
  ]);
});

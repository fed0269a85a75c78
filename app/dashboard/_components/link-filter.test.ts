import { expect, test } from "vitest";
import { aLink } from "../../testing";
import { choicesFor, filtered, isFiltering, linkFilterFrom, needsFilter } from "./link-filter";

const now = new Date("2026-11-22T13:05:00Z");
const broken = { state: "broken", reason: "invalid_grant", checkedAt: now } as const;

const links = [
  aLink({ id: "a", label: "Biuro Łódź" }),
  aLink({
    id: "b",
    badge: { name: "Porto", group: "Casa", monogram: "CA", colour: "#000" },
    member: { name: "Anna Peeters", email: "anna@example.com", agency: "Immo", listings: 3 },
  }),
  aLink({
    id: "c",
    badge: { name: "Solo", group: null, monogram: "SO", colour: "#000" },
    status: broken,
  }),
];

test.each([
  [{}, "abc"],
  [{ q: "peeters anna" }, "b"],
  [{ q: "IMMO" }, "b"],
  [{ q: "biuro" }, "a"],
  [{ q: "casa" }, "ab"],
  [{ q: "nowhere" }, ""],
  [{ portal: "Casa" }, "ab"],
  [{ portal: "Solo" }, "c"],
  [{ state: "needsYou" }, "c"],
  [{ state: "works", q: "anna" }, "b"],
  [{ state: "<script>" }, "abc"],
  [{ q: ["anna", "b"] }, "abc"],
  [{ q: "x".repeat(200) }, "abc"],
])("%j finds %s", (query, found) => {
  const those = filtered(links, linkFilterFrom(query), now);
  expect(those.map(({ id }) => id).join("")).toBe(found);
});

test("there is to choose what there is", () => {
  expect(choicesFor(links, now)).toEqual({
    portals: ["Casa", "Solo"],
    states: ["needsYou", "works"],
  });
});

test("few links need no filter, and an address without words filters nothing", () => {
  expect(needsFilter(links)).toBe(false);
  expect(needsFilter(Array.from({ length: 9 }, () => aLink()))).toBe(true);
  expect(isFiltering(linkFilterFrom({ q: "  ", page: "2" }))).toBe(false);
});

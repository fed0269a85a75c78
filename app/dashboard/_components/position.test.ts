import { expect, test } from "vitest";
import { aLink } from "../../testing";
import { positionsOf } from "./position";

const link = (id: string, name: string, linkedAt: string, label: string | null = null) =>
  aLink({
    ...{ id, label, linkedAt: new Date(linkedAt) },
    member: { name, email: null, agency: null, listings: null },
  });

test("links that read alike are numbered from the oldest", () => {
  const links = [
    link("a", "Anna", "2026-11-02"),
    link("b", "Anna", "2026-11-01"),
    link("c", "Bert", "2026-11-03"),
  ];
  expect(Object.fromEntries(positionsOf(links))).toEqual({
    a: { position: 2, all: 2 },
    b: { position: 1, all: 2 },
  });
});

test("a link that stands out by its member or by its own name has no number", () => {
  const anna = link("a", "Anna", "2026-11-02");
  const others = [
    link("b", "Bert", "2026-11-01"),
    link("c", "Anna", "2026-11-01", "Warsaw office"),
  ];
  expect(positionsOf([anna, ...others]).size).toBe(0);
});

import { expect, test } from "vitest";
import { inkOn } from "./badge-ink";

test.each([
  ["#1d4f91", "light"],
  ["#000", "light"],
  ["#ffd400", "dark"],
  ["#fff", "dark"],
] as const)("on %s the monogram is %s", (colour, ink) => {
  expect(inkOn(colour)).toBe(ink);
});

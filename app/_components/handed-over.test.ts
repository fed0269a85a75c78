import { expect, test } from "vitest";
import { layDown, received, takeAway } from "./handed-over";

test("what was laid down is received by its place, until it is taken away", () => {
  layDown("here", ["a row"]);
  expect(received<string[]>({ at: "here" })).toEqual(["a row"]);
  expect(received({ at: "elsewhere" })).toBeNull();
  takeAway("here");
  expect(received({ at: "here" })).toBeNull();
});

test("what was sent itself needs no place", () => {
  expect(received({ value: 5 })).toBe(5);
});

import { expect, test } from "vitest";
import { backOffSeconds } from "./back-off";

const doubling = { first: 2, factor: 2, longest: 900 };
const fourfold = { first: 15, factor: 4, longest: 21_600 };

/** As long as chance can make it. */
const ALMOST_ONE = 1 - Number.EPSILON;

const DAY = 24 * 60 * 60;

test("the first pause is between half of what it says and all of it", () => {
  expect(backOffSeconds(doubling, 1, null, 0)).toBe(1);
  expect(backOffSeconds(doubling, 1, null, 0.5)).toBe(1.5);
  expect(backOffSeconds(doubling, 1, null, ALMOST_ONE)).toBeCloseTo(2);
});

test("each pause is so many times the one before", () => {
  expect([1, 2, 3, 4].map((failures) => backOffSeconds(doubling, failures, null, 0))).toEqual([
    1, 2, 4, 8,
  ]);
  expect([1, 2, 3].map((failures) => backOffSeconds(fourfold, failures, null, 0))).toEqual([
    7.5, 30, 120,
  ]);
});

test("chance makes no pause shorter than the one before, until the longest is reached", () => {
  for (let failures = 1; failures < 9; failures += 1) {
    const pause = backOffSeconds(doubling, failures, null, ALMOST_ONE);
    expect(backOffSeconds(doubling, failures + 1, null, 0)).toBeGreaterThanOrEqual(pause);
  }
});

test("no pause is longer than the longest, however many failures there were", () => {
  expect(backOffSeconds(doubling, 10, null, ALMOST_ONE)).toBeCloseTo(900);
  expect(backOffSeconds(doubling, 5_000, null, ALMOST_ONE)).toBeCloseTo(900);
  expect(backOffSeconds(fourfold, 5_000, null, 0)).toBe(10_800);
});

test("the other side is never asked sooner than it says", () => {
  expect(backOffSeconds(doubling, 1, 600, 0)).toBe(600);
  expect(backOffSeconds(doubling, 1, 3_600, ALMOST_ONE)).toBe(3_600); // longer than our own longest
  expect(backOffSeconds(doubling, 10, 1, 0)).toBe(450);
});

test("a day is the longest that it can ask for", () => {
  expect(backOffSeconds(doubling, 1, DAY, 0)).toBe(DAY);
  expect(backOffSeconds(doubling, 1, 365 * DAY, 0)).toBe(DAY);
});

test("without another wish, chance is chance", () => {
  const pauses = Array.from({ length: 50 }, () => backOffSeconds(doubling, 3));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(4);
  expect(Math.max(...pauses)).toBeLessThan(8);
  expect(new Set(pauses).size).toBeGreaterThan(1);
});

import { expect, test } from "vitest";
import { shownAddress, shownText, storable, text, toldId } from "./text";

/** What is kept of a portal's words about a member. */

test.each<[value: unknown, shown: string | null]>([
  ["Anna Peeters", "Anna Peeters"],
  ["  Anna  ", "Anna"],
  ["Zoë Łęcka 🏡", "Zoë Łęcka 🏡"],
  ["نسيم", "نسيم"],
  ["Anna\u202egnp.exe", "Anna gnp.exe"],
  ["Anna\u2067x\u2069", "Anna x"],
  ["Anna\u001b[31m\r\nPeeters", "Anna [31m Peeters"],
  ["\u0000Anna", "Anna"],
  ["", null],
  ["   ", null],
  ["\u200b\u200d\ufeff", null],
  ["\u3164", null], // Hangul filler
  ["\u2800", null], // Braille blank
  ["\u202e", null],
  ["\u00ad", null],
  [7, null],
  [null, null],
  [undefined, null],
  [["Anna"], null],
])("%j is shown as %j", (value, shown) => {
  expect(shownText.parse(value)).toBe(shown);
});

test.each<[value: unknown, told: string | null]>([
  ["20070105120000000000000000", "20070105120000000000000000"],
  ["riv.key", "riv.key"],
  [4711, "4711"],
  [2 ** 60, null],
  [" riv", null],
  ["a\u0000b", null],
  ["x".repeat(256), null],
  ["", null],
  [{}, null],
  [undefined, null],
])("%j is told as the id %j", (value, told) => {
  expect(toldId.parse(value)).toBe(told);
});

test("a name of 200 kB is shortened, and to whole characters", () => {
  expect(shownText.parse("x".repeat(200_000))).toBe("x".repeat(200));
  const houses = shownText.parse("🏡".repeat(100_000)) ?? "";
  expect(houses).toMatch(/^🏡+$/u);
  expect(houses.length).toBeLessThanOrEqual(200);
  expect(shownText.parse(`${" ".repeat(200_000)}Anna`)).toBeNull();
});

test.each<[value: unknown, kept: string | null]>([
  ["https://portal.example/anna.jpg", "https://portal.example/anna.jpg"],
  [`https://portal.example/${"x".repeat(2_000)}`, null],
  ["anna.jpg", null],
  ["", null],
  [7, null],
])("the address of a picture: %j is %j", (value, kept) => {
  expect(shownAddress.parse(value)).toBe(kept);
});

test("an id is refused rather than shortened", () => {
  expect(text.safeParse("x".repeat(255)).success).toBe(true);
  expect(text.safeParse("x".repeat(256)).success).toBe(false);
});

/** `{"a":{"a":{…}}}` and `[[[…]]]` as deep as this. */
const nested = (depth: number) => JSON.parse(`${'{"a":['.repeat(depth)}1${"]}".repeat(depth)}`);

test("what is nested thousands deep is kept as far as it goes", () => {
  const kept = storable({ deep: nested(5_000), name: "Anna" });
  expect(kept.name).toBe("Anna");
  expect(JSON.stringify(kept).length).toBeLessThan(200);
});

test("what is long or many is kept as far as it goes", () => {
  const kept = storable({
    long: "x".repeat(200_000),
    many: Array(10_000).fill(1),
    fields: Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`f${n}`, n])),
  });
  expect(kept.long).toHaveLength(2_000);
  expect(kept.many).toHaveLength(100);
  expect(Object.keys(kept.fields ?? {})).toHaveLength(100);
});

test("what no database keeps is left out, and the rest is as it was", () => {
  const value = { "a\u0000": "b\u0000\ud800", n: 1.5, yes: true, none: null, list: [{ x: "y" }] };
  expect(storable(value)).toEqual({
    a: "b\ufffd",
    n: 1.5,
    yes: true,
    none: null,
    list: [{ x: "y" }],
  });
});

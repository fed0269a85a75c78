import { expect, test } from "vitest";
import { printable, printableLine } from "./printable";

test.each(["\u001b[31m", "\u202egnp.exe", "\u0085", "\u2028", "\u200b", "\u{e0001}", "a\nb"])(
  "%j goes to a terminal as its name, and is read back as itself",
  (text) => {
    for (const indent of [0, 2]) {
      const line = printable(JSON.stringify({ text }, null, indent));
      expect(line).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u);
      expect(JSON.parse(line)).toEqual({ text });
    }
  },
);

test("words are left as they are", () => {
  const json = JSON.stringify({ name: "Zoë Łęcka 🏡 نسيم" });
  expect(printable(json)).toBe(json);
});

test.each([
  ["a\u001b[2Jb", "a\\u001b[2Jb"],
  ["a\r\n✓ b", "a\\u000d\\u000a✓ b"],
  ["a\u2066b\u{e0001}", "a\\u2066b\\udb40\\udc01"],
])("in a line for a person %j is %s", (text, shown) => {
  expect(printableLine(text)).toBe(shown);
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { addressProblem } from "./address";
import { ENDPOINTS } from "./portal";
import { portals } from "./registry";
import { stemOf } from "./variables";

/** What must hold for every portal, whoever writes the next one. */

test("ids are unique and fit an address and a variable's name", () => {
  expect(new Set(portals.map(({ id }) => id)).size).toBe(portals.length);
  for (const { id } of portals) expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
});

test.each(portals)("$name: every address is an https address", ({ endpoints, docs }) => {
  for (const address of [docs, ...ENDPOINTS.map((name) => endpoints[name]).filter(Boolean)]) {
    expect(addressProblem(String(address))).toBeNull();
    expect(address).toMatch(/^https:/);
  }
});

test.each(portals)("$name: its monogram can be read on its colour", ({ monogram, colour }) => {
  expect(monogram).toMatch(/^\p{L}[\p{L}\d]?$/u);
  expect(contrastWithWhite(colour)).toBeGreaterThanOrEqual(4.5);
});

test.each(portals)("$name: what is not a member is refused", ({ member }) => {
  for (const body of [
    null,
    {},
    [],
    "",
    { error: "invalid_token" },
    { id: "" },
    { id: null },
    { id: {} },
  ]) {
    expect(() => member.read(body)).toThrow();
  }
});

test.each(portals)("$name: an id that cannot be kept as it is, is refused", ({ member }) => {
  for (const id of ["a\u0000b", "\ud800", " x", "x".repeat(256), 2 ** 60]) {
    expect(() => member.read({ id })).toThrow();
  }
});

test.each(portals)("$name: .env.example names its variables", ({ id, choice }) => {
  const example = readFileSync(".env.example", "utf8");
  expect(example).toContain(`${stemOf(id)}_`);
  if (choice) expect(example).toContain(`${stemOf(id)}_${choice.listedIn}=`);
});

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrastWithWhite(colour: string) {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
}

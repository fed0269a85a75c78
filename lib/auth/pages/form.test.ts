import { beforeEach, expect, test, vi } from "vitest";
import { connectionFrom, expectedFrom, fieldsOf, linkFrom, referenceFrom } from "./form";

/** What a form may ask for, also a forged one. */

beforeEach(() => {
  const variables = {
    MLSCONNECT_BOARDS: "federia caraibes",
    MLSCONNECT_CLIENT_ID: "id",
    MLSCONNECT_CLIENT_SECRET: "secret",
    OLX_CLIENT_ID: "id",
    OLX_CLIENT_SECRET: "secret",
    OLX_API_KEY: "key",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

function form(fields: Record<string, string>) {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
}

test.each([
  ["mlsconnect-federia", "signin", "mlsconnect-federia"],
  ["mlsconnect-federia", "link", "mlsconnect-federia"],
  ["olx-otodom", "link", "olx-otodom"],
  ["olx-otodom", "signin", null],
  ["mlsconnect-nowhere", "signin", null],
  ["", "link", null],
  ["x".repeat(101), "link", null],
] as const)("a form that names %j to %s gets %j", (connection, mode, id) => {
  expect(connectionFrom(form({ connection }), mode)?.id ?? null).toBe(id);
});

test.each([
  ["federia", "", "mlsconnect-federia"],
  ["federia", "fed", "mlsconnect-federia"],
  ["federia", "cara", "mlsconnect-caraibes"],
  ["federia", "a", "mlsconnect-federia"],
  ["federia", "nowhere", null],
  ["federia", "x".repeat(101), "mlsconnect-federia"],
  ["nowhere", "fed", null],
] as const)("a form with %s chosen and %j typed means %j", (board, words, id) => {
  const fields = { connection: `mlsconnect-${board}`, words };
  expect(connectionFrom(form(fields), "signin")?.id ?? null).toBe(id);
  expect(connectionFrom(form(fields), "link")?.id ?? null).toBe(id);
});

test("words find choices of the same portal alone, and none that is not offered", () => {
  expect(connectionFrom(form({ connection: "olx-otodom", words: "fed" }), "link")).toBeNull();
  expect(connectionFrom(form({ connection: "olx-otodom", words: "oto" }), "signin")).toBeNull();
});

test("what is no form, or a file in one, is nothing", () => {
  const withFile = form({ link: "a" });
  withFile.set("connection", new File(["mlsconnect-federia"], "connection"));
  expect(fieldsOf(withFile)).toEqual({ link: "a" });
  expect(fieldsOf({ connection: "mlsconnect-federia" })).toEqual({});
  expect(connectionFrom(withFile, "link")).toBeNull();
});

test("whose tokens a form wants", () => {
  expect(expectedFrom(form({ link: "a", another: "yes" }))).toEqual({ who: "same", link: "a" });
  expect(expectedFrom(form({ another: "yes" }))).toEqual({ who: "another" });
  expect(expectedFrom(form({ another: "no" }))).toEqual({ who: "first" });
  expect(expectedFrom(form({ link: "x".repeat(101) }))).toEqual({ who: "first" });
});

test("a link and a reference that are too long are none", () => {
  expect(linkFrom(form({ link: "a" }))).toBe("a");
  expect(linkFrom(form({ link: "x".repeat(101) }))).toBe("");
  expect(referenceFrom(form({ reference: "abcd2345" }))).toBe("abcd2345");
  expect(referenceFrom(form({ reference: "x".repeat(21) }))).toBe("");
});

test.each(["a\u0000b", "a b", "../x", "x".repeat(101), "é"])(
  "what is no id of ours names no link: %j",
  (link) => {
    expect(linkFrom(form({ link }))).toBe("");
    expect(expectedFrom(form({ link }))).toEqual({ who: "first" });
  },
);

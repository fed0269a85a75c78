import { expect, test } from "vitest";
import { flowResultFrom, pathWith } from "./problems";

const told = {
  kind: "problem",
  problem: "flow_used",
  connection: "olx-otodom",
  mode: "link",
  reference: "abcd2345",
} as const;

test("what an address says of a result is what was put into it", () => {
  const { searchParams } = new URL(pathWith("/dashboard?connect=spark", told), "http://localhost");
  expect(flowResultFrom(Object.fromEntries(searchParams))).toEqual(told);
});

test.each<[string, Record<string, unknown>, object]>([
  ["a reference in other letters", { reference: "<b>abc" }, { reference: null }],
  ["a reference that is too long", { reference: "abcd23456" }, { reference: null }],
  ["a mode that is none", { mode: "admin" }, { mode: null }],
  ["a connection that is too long", { connection: "x".repeat(101) }, { connection: null }],
  ["a connection twice", { connection: ["a", "b"] }, { connection: null }],
])("%s is as good as absent", (_about, query, instead) => {
  const { kind: _, ...result } = told;
  expect(flowResultFrom({ ...result, ...query })).toEqual({ ...told, ...instead });
});

test("a problem or success that is not ours is no result", () => {
  expect(flowResultFrom({ problem: "Call +48 600 000 000 now" })).toBeNull();
  expect(flowResultFrom({ done: "won" })).toBeNull();
  expect(flowResultFrom({})).toBeNull();
});
